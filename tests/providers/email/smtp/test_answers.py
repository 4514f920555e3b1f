"""The table of SMTP answers, read aloud."""

from __future__ import annotations

import pytest

from providers.email.smtp.answers import Phase, lost, refusal, worst
from providers.errors import Misconfigured, Permanent, Temporary, Unknown


@pytest.mark.parametrize(
    ("phase", "status", "text", "error"),
    [
        (Phase.SESSION, 421, "busy", Temporary),
        (Phase.SESSION, 554, "blocked", Misconfigured),
        (Phase.SESSION, 535, "wrong", Misconfigured),
        (Phase.SESSION, 454, "later", Temporary),
        (Phase.ENVELOPE, 550, "5.1.1 unknown", Permanent),
        (Phase.ENVELOPE, 450, "4.2.0 greylisted", Temporary),
        (Phase.ENVELOPE, 530, "auth first", Misconfigured),
        (Phase.ENVELOPE, -1, "", Temporary),
        (Phase.DOT, 554, "5.7.1 spam", Permanent),
        (Phase.DOT, 451, "4.3.0 later", Temporary),
        (Phase.DOT, -1, "", Unknown),
        (Phase.DOT, 354, "go on", Unknown),
    ],
)
def test_an_answer_means_one_error(phase, status, text, error):
    assert type(refusal(phase, status, text)) is error


@pytest.mark.parametrize("phase", list(Phase))
def test_a_lost_line_is_unknown_only_after_the_dot(phase):
    error = lost(phase, "It broke off.")

    assert type(error) is (Unknown if phase is Phase.DOT else Temporary)


@pytest.mark.parametrize(
    ("text", "throttled"),
    [
        ("4.7.1 Rate limit exceeded", True),
        ("Too many connections", True),
        ("4.7.28 unusual", True),
        ("4.2.2 mailbox full", False),
        ("this is a separate matter", False),
    ],
)
def test_words_about_rate_slow_the_account_down(text, throttled):
    error = refusal(Phase.ENVELOPE, 451, text)

    assert isinstance(error, Temporary)
    assert error.throttled is throttled


def test_the_enhanced_code_is_kept():
    assert refusal(Phase.ENVELOPE, 550, "5.1.1 no").code == "550 5.1.1"
    assert refusal(Phase.ENVELOPE, 550, "no").code == "550"


def test_a_recipient_who_may_be_taken_later_outweighs_the_others():
    errors = [Permanent("a"), Temporary("b"), Permanent("c")]

    assert worst(errors).detail == "b"
    assert worst(errors[::2]).detail == "a"
