"""One call to one provider: it never raises, and says what it knows."""

from __future__ import annotations

import time
from types import SimpleNamespace
from uuid import uuid4

import pytest

from delivery.calling import LATE_SECONDS, SLOT_LATE_SECONDS, Call, call
from delivery.outcomes import Kind
from providers.base import Accepted
from providers.errors import Temporary


def _order(answer, *, asking=False, begun=None, starts_at=None):
    def act(_payload):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return Call(
        message_id=uuid4(),
        attempt_id=uuid4(),
        adapter=SimpleNamespace(send=act, find=act),
        payload=None,
        begun=time.monotonic() if begun is None else begun,
        asking=asking,
        starts_at=starts_at,
    )


def test_accepted_brings_the_providers_reference():
    outcome = call(_order(Accepted(provider_ref="SM1", detail="queued")))

    assert (outcome.kind, outcome.provider_ref, outcome.detail) == (
        Kind.ACCEPTED,
        "SM1",
        "queued",
    )


def test_an_error_brings_the_providers_words():
    error = Temporary("slow down", code="429", http_status=429, throttled=True)
    outcome = call(_order(error))

    assert (outcome.kind, outcome.code, outcome.http_status, outcome.throttled) == (
        Kind.TEMPORARY,
        "429",
        429,
        True,
    )


@pytest.mark.parametrize("answer", [RuntimeError("bug"), None, "250 OK"])
def test_an_adapter_that_does_not_say_leaves_it_unknown(answer):
    assert call(_order(answer)).kind == Kind.UNKNOWN


def test_a_look_up_may_find_nothing():
    assert call(_order(None, asking=True)).kind == Kind.ABSENT


def test_who_comes_too_late_after_the_commit_does_not_call():
    late = time.monotonic() - LATE_SECONDS - 1

    assert call(_order(AssertionError("called"), begun=late)).kind == Kind.NOT_CALLED


def test_what_no_database_keeps_is_taken_out():
    outcome = call(_order(Accepted(provider_ref="a\x00b\ud800", detail="x" * 999)))

    assert outcome.provider_ref == "a b "
    assert len(outcome.detail) <= 300


def test_a_call_waits_for_its_moment():
    at = time.monotonic() + 0.1
    outcome = call(_order(Accepted(), starts_at=at))

    assert outcome.kind == Kind.ACCEPTED
    assert time.monotonic() >= at
    assert outcome.duration_ms < 100, "waiting is not the provider's"


def test_a_moment_that_is_over_is_given_up():
    over = time.monotonic() - SLOT_LATE_SECONDS - 0.01
    outcome = call(_order(AssertionError("called"), starts_at=over))

    assert outcome.kind == Kind.NOT_CALLED
