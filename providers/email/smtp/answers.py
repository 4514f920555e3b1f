"""What an SMTP server's answer means to us. Pure.

RFC 5321 section 4.2, RFC 3463 (enhanced codes), RFC 4954 section 6 (AUTH). Until the
final dot was written every failure surely means "not sent"; after it, only an answer
tells, and a lost one is Unknown (RFC 1047).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from providers.errors import (
    Misconfigured,
    Permanent,
    ProviderError,
    Temporary,
    Unknown,
    redacted,
)


class Phase(Enum):
    """Where in the conversation something happened."""

    SESSION = "session"  # greeting, EHLO, STARTTLS, AUTH: not about the message
    ENVELOPE = "envelope"  # MAIL, RCPT, DATA
    CONTENT = "content"  # the message, before the final dot
    DOT = "dot"  # the final dot was, or may have been, written


# Credentials or permissions, in whatever phase they are refused (RFC 4954).
_ABOUT_CREDENTIALS = frozenset({530, 534, 535, 538})
_SLOW_DOWN = re.compile(
    r"\brate\b|too (many|much|fast)|throttl|limit(ed| exceeded)|\bquota\b|"
    r"slow down|4\.7\.28",
    re.I,
)
_MAY_BE_THROTTLING = frozenset({421, 450, 451, 452, 454})
# From who leaves it is about us; others say it of one recipient, or of a greylist.
_LATER = re.compile("try again later", re.I)
# A mailbox has quotas and rates of its own (RFC 3463, 3.2 and 3.3).
_OF_A_RECIPIENT = ("4.1.", "4.2.")
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


def refusal(
    phase: Phase, status: int, text: str, *, secrets: Iterable[str] = ()
) -> ProviderError:
    """The error for an answer that is no success; `status` -1 is an unreadable one."""
    enhanced = _ENHANCED.match(text)
    code = f"{status} {enhanced[1]}" if enhanced else str(status)
    detail = f"The server answered {status} {redacted(text, secrets)}".strip()
    if status in _ABOUT_CREDENTIALS:
        return Misconfigured(detail, code=code)
    if 400 <= status < 500:
        throttled = _asks_to_slow_down(status, text)
        # 421 says that the server leaves us; other answers may be to one recipient.
        personal = phase is not Phase.SESSION and status != 421
        return Temporary(detail, code=code, throttled=throttled, personal=personal)
    if 500 <= status < 600:
        kind = Misconfigured if phase is Phase.SESSION else Permanent
        return kind(detail, code=code)
    return lost(phase, f"The server's answer {status} makes no sense here.")


def _asks_to_slow_down(status: int, text: str) -> bool:
    if status not in _MAY_BE_THROTTLING or text.lstrip().startswith(_OF_A_RECIPIENT):
        return False
    return bool(_SLOW_DOWN.search(text) or (status == 421 and _LATER.search(text)))


def lost(phase: Phase, what: str) -> ProviderError:
    """The error for a conversation that broke off."""
    if phase is Phase.DOT:
        return Unknown(
            f"{what} The message had been handed over, so it may have been sent.",
            code="lost_after_dot",
        )
    return Temporary(what, code="connection_lost")


def worst(refusals: Iterable[ProviderError]) -> ProviderError:
    """One error for a message whose recipients were all refused.

    If one may be taken later the message is tried again; those refused for good are
    then refused again, which does no harm.
    """
    found = list(refusals)
    for kind in (Misconfigured, Temporary):
        for one in found:
            if isinstance(one, kind):
                return one
    return found[0]
