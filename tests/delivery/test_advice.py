"""For each way to fail: what to tell the person, and what to do next."""

from __future__ import annotations

import pytest

from delivery.advice import advice
from delivery.gates import SUPPRESSED
from delivery.models import Message
from delivery.states import ENDED, GOOD, Status


def said(state, code="", detail=""):
    found = advice(Message(state=state, error_code=code, error_detail=detail))
    return (str(found.tell), str(found.do)) if found else None


@pytest.mark.parametrize("state", sorted(ENDED - GOOD))
def test_whatever_ended_without_arriving_has_its_advice(state):
    tell, do = said(state)

    assert tell.endswith(".")
    assert do.endswith(".")


@pytest.mark.parametrize("state", sorted({*GOOD, Status.QUEUED, Status.SENDING}))
def test_what_arrived_or_is_on_its_way_needs_none(state):
    assert said(state) is None


@pytest.mark.parametrize(
    ("state", "code", "tell", "do"),
    [
        ("failed", "550 5.1.1", "does not exist", "another address"),
        ("perm_failed", "550 5.1.1", "does not exist", "another address"),
        ("failed", "opted_out", "answered STOP", "START"),
        ("failed", "550 5.7.1", "refused", "provider's words"),
        ("dead", "misconfigured", "on our side", "Check connection"),
        ("dead", "outcome_unknown", "among spam", "replay"),
        ("dead", "a code of tomorrow", "on our side", "operator"),
    ],
)
def test_the_reason_decides(state, code, tell, do):
    words = said(state, code)

    assert tell in words[0]
    assert do in words[1]


@pytest.mark.parametrize(
    ("why", "tell", "do"),
    [
        ("bounced", "came back", "another address"),
        ("complained", "unwanted", "releases the address"),
        ("stopped", "answered STOP", "START"),
        ("by_hand", "not to write", "releases the address"),
        ("opted_out", "You asked us", "releases the address"),
        ("unsubscribed", "left the list", "subscribing again"),
        ("copy", "a copy", "left out"),
    ],
)
def test_who_was_kept_from_it_is_told_why(why, tell, do):
    """Nobody is sent to the suppression list who does not stand there."""
    words = said("suppressed", "suppressed", SUPPRESSED[why])

    assert tell in words[0]
    assert do in words[1]
    assert ("Suppression list" in words[1]) == (why not in ("unsubscribed", "copy"))
