"""When messages are due and when they are too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events import timing
from events.errors import InvalidTime
from tenants.models import Tenant


def at(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def of(life_seconds: int | None = None, **values: Any) -> Any:
    tenant = Tenant(max_delay_days=30)
    where = "email.{}".format
    return timing.of(tenant, values, life_seconds=life_seconds, where=where)


def test_what_says_nothing_is_due_at_once_and_for_ever():
    assert of() == (None, None)


def test_a_past_time_means_now():
    assert of(delayedSend=at(-1)) == (None, None)


def test_a_life_counts_from_when_it_is_due():
    due, expires = of(60, delayedSend=at(2))

    assert expires - due == timedelta(seconds=60)


def test_what_the_request_says_goes_before_the_event_types_life():
    said = at(5)

    assert of(60, expiresAt=said)[1] == datetime.fromisoformat(said)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"delayedSend": at(31 * 24)}, "email.delayedSend"),
        ({"expiresAt": at(-1)}, "email.expiresAt"),
        ({"delayedSend": at(2), "expiresAt": at(1)}, "email.expiresAt"),
    ],
)
def test_what_cannot_be_is_told_as_the_caller_wrote_it(
    values: dict[str, Any], field: str
):
    with pytest.raises(InvalidTime) as caught:
        of(**values)

    assert caught.value.errors[0].field == field
