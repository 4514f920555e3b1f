"""The ledger in words."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from delivery.attempts import HELD
from delivery.models import LedgerEntry, Message
from delivery.outcomes import Kind
from delivery.states import Overall, Status
from delivery.telling import (
    KINDS,
    OUTCOME_WORDS,
    OVERALL_WORDS,
    STATE_WORDS,
    sentence,
    timeline,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def entry(was, became, cause, **values):
    return LedgerEntry(was=was, became=became, cause=cause, at=NOW, **values)


def test_every_outcome_of_an_attempt_has_a_word():
    assert {"", HELD, *Kind} == OUTCOME_WORDS.keys()


def test_every_status_has_a_word_and_a_colour():
    assert set(Overall) == OVERALL_WORDS.keys()
    assert set(Status) == STATE_WORDS.keys()
    assert KINDS.keys() >= {*Overall, *Status}


def test_the_usual_course_reads_as_sentences():
    told = [
        sentence(entry("", "queued", "accepted")),
        sentence(entry("claimed", "sending", "begin")),
        sentence(entry("sent", "delivered", "receipt")),
    ]

    assert told == [
        "Accepted and queued.",
        "An attempt began.",
        "The provider reported: Delivered.",
    ]


def test_an_unusual_cause_is_told_with_the_state():
    assert sentence(entry("sending", "dead", "no_rope")) == "Given up (no rope)."


def test_a_note_that_changes_nothing_is_told_alone():
    assert sentence(entry("queued", "queued", "held_back")) == "held back"


def test_the_timeline_names_the_channel_of_each_message():
    message = Message(id=uuid4(), channel="sms")

    told = timeline([entry("", "queued", "accepted", message_id=message.id)], [message])

    assert [(one.channel, one.kind) for one in told] == [("SMS", "info")]
