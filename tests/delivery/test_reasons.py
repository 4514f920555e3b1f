"""Causes, errors and waits in words."""

from __future__ import annotations

import ast

import pytest
from django.utils import timezone
from django.utils.translation import override

from delivery import reasons
from delivery.models import Notification
from tests.architecture import source

# Where in the call a cause stands, by what is called.
PLACES = {"Verdict": 1, "Shut": 1}


def causes() -> set[str]:
    """Every cause that delivery's code writes as a literal."""
    found = set()
    for module in source.modules():
        if module.parts[0] != "delivery" or "admin" in module.parts:
            continue
        for name, call in source.calls(module):
            given = [one.value for one in call.keywords if one.arg == "cause"]
            if name in PLACES and len(call.args) > PLACES[name]:
                given.append(call.args[PLACES[name]])
            found |= {
                one.value
                for value in given
                for one in ast.walk(value)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return found


def test_every_cause_that_is_written_has_a_sentence():
    assert {"gave_up", "receipt", "poison", "begin"} <= causes()
    assert causes() - set(reasons.CAUSES) == set()


def test_an_end_reads_otherwise_than_a_wait():
    waits = reasons.cause("no_account", became="queued", state="Queued")
    ends = reasons.cause("no_account", became="dead", state="Given up")

    assert waits == "It waits: no active account can carry it."
    assert ends == "Given up: no active account could carry it."


def test_a_wait_of_ours_is_told_without_its_code():
    said = reasons.answer("no_account", "No active account can carry this message.")

    assert said.text.startswith("No active account can carry this message.")
    assert said.code == ""


def test_what_the_provider_said_follows_what_it_means():
    said = reasons.answer("misconfigured", "Authentication failed.")

    assert said.text.startswith("The account's settings are wrong.")
    assert said.text.endswith("Authentication failed.")


@pytest.mark.parametrize("code", ["http_500", "timeout", "not_sent", "temporary", ""])
def test_codes_that_say_nothing_new_are_left_out(code: str):
    assert reasons.answer(code, "It said no.") == reasons.Answer("It said no.")


def test_a_providers_own_code_is_kept_for_its_support():
    assert reasons.answer("21610", "Unsubscribed.").code == "21610"


def test_a_stored_sentence_of_ours_is_told_in_the_readers_language():
    with override("fr"):
        assert reasons.told("The provider refused the message. (HTTP 422)") == (
            "Le fournisseur a refusé le message. (HTTP 422)"
        )
        assert reasons.told("Their own words") == "Their own words"
        assert reasons.told("") == ""


def test_whom_an_attempt_called_is_told_by_name():
    assert reasons.detail("begin", "email.smtp (Main)") == "SMTP (Main)"
    assert reasons.detail("begin", "email.gone (Old)") == "email.gone (Old)"


def test_who_was_passed_over_is_told_with_whom_was_called():
    stored = "sms.twilio (Backup)\nUK passed over: It does not answer."

    assert reasons.detail("begin", stored) == (
        "Twilio (Backup) UK passed over: It does not answer."
    )


def test_a_wait_for_an_account_tells_why_each_was_passed_over():
    line = "UK passed over: It is switched off."
    stored = f"No active account can carry this message.\n{line}"

    assert reasons.answer("no_account", stored).text.endswith(f"switch one on. {line}")
    assert reasons.detail("no_account", stored) == line


def test_who_asked_is_told_with_what_such_a_key_reaches():
    test = Notification(key_type="test", key_name="ab12")

    assert reasons.asked_by(test) == "ab12 (Test: never reaches a provider)"
    assert reasons.asked_by(Notification(key_type="system")) == "Notify itself"


def test_another_time_is_told_by_the_readers_clock_with_utc_beside():
    with timezone.override("America/Vancouver"):
        told = reasons.detail("rescheduled", "2026-03-01T20:30:00-08:00")

    assert told == "2026-03-01 20:30 PST (2026-03-02 04:30 UTC)"
