"""From the outcome of a call to what becomes of the message."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.outcomes import Facts, Kind, Outcome, judge, of_error
from delivery.states import ALLOWED
from providers.errors import Misconfigured, Permanent, Temporary, Unknown

FACTS = Facts(
    channel="email",
    priority=1,
    tries=2,
    unknowns=0,
    lookups=0,
    policy="retry_once",
    age_seconds=60,
    capabilities=frozenset(),
    chance=0.5,
)
OLD = 30 * 24 * 3600.0


@pytest.mark.parametrize(
    ("kind", "more", "state", "tries"),
    [
        (Kind.ACCEPTED, {}, "sent", None),
        (Kind.TEMPORARY, {}, "queued", 3),
        (Kind.TEMPORARY, {"throttled": True}, "queued", 2),
        (Kind.PERMANENT, {}, "failed", 3),
        (Kind.MISCONFIGURED, {}, "queued", 2),
        (Kind.UNKNOWN, {}, "unknown", 3),
        (Kind.NOT_CALLED, {}, "queued", None),
        (Kind.ABSENT, {}, "unknown", 3),
    ],
)
def test_the_table_of_sending(kind, more, state, tries):
    verdict = judge(Outcome(kind, **more), FACTS)

    assert verdict.to == state
    assert verdict.values.get("tries") == tries


@pytest.mark.parametrize("kind", [Kind.TEMPORARY, Kind.MISCONFIGURED])
def test_what_has_been_tried_for_too_long_is_dead(kind):
    assert judge(Outcome(kind), replace(FACTS, age_seconds=OLD)).to == "dead"


def test_a_provider_that_knows_our_key_gets_the_same_call_again():
    verdict = judge(Outcome(Kind.UNKNOWN), replace(FACTS, capabilities={"key"}))

    assert (verdict.to, verdict.cause) == ("queued", "repeat_same_key")
    assert verdict.values["unknowns"] == 1
    assert "maybe_duplicate" not in verdict.values


def test_repeating_ends_with_the_window():
    facts = replace(FACTS, capabilities={"key"}, age_seconds=OLD)
    verdict = judge(Outcome(Kind.UNKNOWN), facts)

    assert verdict.to == "dead"
    assert verdict.values["error_code"] == "outcome_unknown"


class TestLookUp:
    """The message itself may have been sent: nothing here may send it blindly."""

    facts = replace(FACTS, asking=True, unknowns=1, capabilities=frozenset({"lookup"}))

    @pytest.mark.parametrize("kind", [Kind.TEMPORARY, Kind.MISCONFIGURED, Kind.UNKNOWN])
    def test_a_failure_to_ask_asks_again_later(self, kind):
        verdict = judge(Outcome(kind, throttled=True), self.facts)

        assert verdict.to == "unknown"
        assert verdict.wait_seconds >= 60

    def test_found_is_sent(self):
        assert judge(Outcome(Kind.ACCEPTED, provider_ref="SM1"), self.facts).to == (
            "sent"
        )

    def test_absent_once_is_asked_once_more(self):
        verdict = judge(Outcome(Kind.ABSENT), self.facts)

        assert (verdict.to, verdict.values["lookups"]) == ("unknown", 1)

    def test_absent_twice_is_surely_not_sent_and_leaves_no_doubt(self):
        verdict = judge(Outcome(Kind.ABSENT), replace(self.facts, lookups=1))

        assert (verdict.to, verdict.cause) == ("queued", "surely_not_sent")
        assert verdict.values["unknowns"] == 0

    @pytest.mark.parametrize(
        ("policy", "state"),
        [("retry_once", "queued"), ("hold", "dead"), ("at_most_once", "dead")],
    )
    def test_who_may_not_ask_follows_the_policy(self, policy, state):
        verdict = judge(Outcome(Kind.PERMANENT), replace(self.facts, policy=policy))

        assert verdict.to == state
        assert bool(verdict.values.get("maybe_duplicate")) == (state == "queued")

    def test_asking_ends_with_the_window(self):
        facts = replace(self.facts, age_seconds=OLD)

        assert judge(Outcome(Kind.TEMPORARY), facts).to == "dead"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Temporary("x"), Kind.TEMPORARY),
        (Permanent("x"), Kind.PERMANENT),
        (Misconfigured("x"), Kind.MISCONFIGURED),
        (Unknown("x"), Kind.UNKNOWN),
        (RuntimeError("mail to jane@example.org failed"), Kind.UNKNOWN),
    ],
)
def test_an_error_is_the_outcome_of_its_kind(error, kind):
    assert of_error(error, duration_ms=3).kind == kind


def test_the_text_of_an_error_that_nobody_classified_is_not_kept():
    outcome = of_error(RuntimeError("mail to jane@example.org failed"), duration_ms=3)

    assert "jane" not in str(outcome)


FACT = st.builds(
    Facts,
    channel=st.sampled_from(["email", "sms", "msgApp"]),
    priority=st.sampled_from([0, 1, 2]),
    tries=st.integers(0, 50),
    unknowns=st.integers(0, 3),
    lookups=st.integers(0, 3),
    policy=st.sampled_from(["retry_once", "hold", "at_most_once"]),
    age_seconds=st.floats(0, OLD),
    capabilities=st.frozensets(st.sampled_from(["key", "lookup", "echo", "receipts"])),
    chance=st.floats(0, 1, exclude_max=True),
    asking=st.booleans(),
)
OUTCOME = st.builds(
    Outcome,
    kind=st.sampled_from(Kind),
    retry_after_seconds=st.none() | st.floats(-10, 1e12),
    throttled=st.booleans(),
)


@given(OUTCOME, FACT)
def test_every_verdict_is_allowed_from_sending_and_from_unknown(outcome, facts):
    verdict = judge(outcome, facts)

    assert verdict.to in ALLOWED["sending"]
    assert verdict.to in ALLOWED["unknown"]
    waits = verdict.to in ("queued", "unknown")
    assert (verdict.wait_seconds is not None) == waits
    assert not waits or 0 <= verdict.wait_seconds <= 3600 * 2


@given(OUTCOME, FACT)
def test_nothing_in_doubt_is_sent_again_without_a_key_or_a_word(outcome, facts):
    """After Unknown, only a key or proof of absence may queue silently."""
    verdict = judge(outcome, facts)
    if outcome.kind != Kind.UNKNOWN or facts.asking:
        return

    assert verdict.to != "queued" or "key" in facts.capabilities
