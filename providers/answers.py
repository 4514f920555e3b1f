"""One HTTP exchange with a provider, and what its failure means, by one table.

What surely was not sent may be tried again or elsewhere; what may have been sent is
Unknown. An adapter judges its vendor's own words first. No answer's text is passed on:
it may repeat an address, and behind a URL of a tenant's choice it is not ours to show.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.errors import Misconfigured, Permanent, ProviderError, Temporary, Unknown

RETRY_AFTER_LIMIT_SECONDS = 3600.0

Meaning = type[Misconfigured] | type[Permanent] | type[Temporary] | type[Unknown]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means to us, and a sentence for the tenant."""

    meaning: Meaning
    sentence: str | Promise
    throttled: bool = False


_THROTTLED = Verdict(
    Temporary, _lazy("The provider asks us to slow down."), throttled=True
)
_CREDENTIALS = Verdict(
    Misconfigured,
    _lazy("The provider refused the credentials. Check the account's settings."),
)
_MOVED = Verdict(
    Misconfigured,
    _lazy(
        "The URL answers with a redirect, which is not followed. Give the final URL."
    ),
)
_GONE = Verdict(
    Misconfigured, _lazy("There is nothing at this URL any more. Check the settings.")
)
_REFUSED = Verdict(Permanent, _lazy("The provider refused the message."))
_UNCLEAR = Verdict(Unknown, _lazy("The provider gave no clear answer."))

# By HTTP status. Others below 400 are Unknown (302 and 303 may follow work done),
# other 4xx Permanent, 5xx Unknown: 503 too, where no document says that it refuses.
_BY_STATUS: Mapping[int, Verdict] = {
    301: _MOVED,
    307: _MOVED,
    308: _MOVED,
    401: _CREDENTIALS,
    403: _CREDENTIALS,
    404: _GONE,
    407: _CREDENTIALS,
    408: _UNCLEAR,
    410: _GONE,
    425: Verdict(Temporary, _lazy("The provider asks us to come again.")),
    429: _THROTTLED,
}


def exchange(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    total_seconds: float = 10.0,
    max_bytes: int = 20_000,
) -> egress.Response:
    """The answer, whatever its status; raises Misconfigured, Temporary or Unknown.

    Refused by our own rules is Misconfigured, not sent Temporary, no answer Unknown.
    A head without its body is Unknown too, with the status.
    """
    try:
        return egress.request(
            method,
            url,
            headers=headers or {},
            body=body,
            total_seconds=total_seconds,
            max_bytes=max_bytes,
        )
    except egress.EgressRefused as error:
        raise Misconfigured(error.detail, code="address_not_allowed") from None
    except egress.EgressNotSent as error:
        raise Temporary(error.detail, code="not_sent") from None
    except egress.EgressNoAnswer as error:
        raise Unknown(
            error.detail, code="no_answer", http_status=error.status
        ) from None


def post_json(
    url: str,
    content: object,
    *,
    headers: Mapping[str, str] | None = None,
    total_seconds: float = 10.0,
) -> egress.Response:
    """`exchange` of a JSON body; raises what it raises."""
    return exchange(
        "POST",
        url,
        headers={"Content-Type": "application/json", **(headers or {})},
        body=content if isinstance(content, bytes) else json_bytes(content),
        total_seconds=total_seconds,
    )


def refusal(
    response: egress.Response,
    *,
    verdict: Verdict | None = None,
    code: str = "",
) -> ProviderError:
    """The exception for an answer that is no success, ready to be raised.

    `verdict` is the adapter's own, by the vendor's documented word; without it the
    status decides. `code` is that word, else the status.
    """
    found = verdict or verdict_on(response.status)
    code = code or f"http_{response.status}"
    wait = retry_after_seconds(response.headers)
    if found.meaning is Temporary:
        return Temporary(
            str(found.sentence),
            code=code,
            http_status=response.status,
            retry_after_seconds=wait,
            throttled=found.throttled,
        )
    detail = str(found.sentence)
    if verdict is None:
        detail = f"{detail} (HTTP {response.status})"
    return found.meaning(
        detail, code=code, http_status=response.status, retry_after_seconds=wait
    )


def verdict_on(status: int) -> Verdict:
    """What a status means where nothing else is known."""
    listed = _BY_STATUS.get(status)
    if listed:
        return listed
    return _REFUSED if 400 <= status < 500 else _UNCLEAR


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds, whether given as a number or a date; at most one hour.

    None where it is absent or unreadable.
    """
    given = headers.get("Retry-After", "").strip()
    wait = _number(given) if given else None
    if wait is None:
        wait = _seconds_until(given)
    return None if wait is None else min(max(wait, 0.0), RETRY_AFTER_LIMIT_SECONDS)


def _number(given: str) -> float | None:
    plain = given.isascii() and given.replace(".", "", 1).isdigit() and len(given) < 20
    return float(given) if plain else None


def _seconds_until(given: str) -> float | None:
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()


def json_bytes(content: object) -> bytes:
    """Compact JSON in UTF-8; half a surrogate pair becomes its escape, never an error.

    (In JSON text the escape of `backslashreplace`, \\ud83d, is JSON's own.)
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def json_object(body: bytes) -> dict[str, object]:
    """The JSON object in an answer; empty if it is anything else."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


@contextmanager
def asking() -> Iterator[None]:
    """For checks and look-ups: no message is at stake, so no answer is Temporary."""
    try:
        yield
    except Unknown as error:
        raise Temporary(
            error.detail, code=error.code, http_status=error.http_status
        ) from None
