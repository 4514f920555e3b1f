"""May this claimed message still go out?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from delivery.gates import Standing, shut

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = Standing(tenant_active=True, expires_at=None, claims=1, poison_claims=5)
LATE = NOW - timedelta(seconds=1)


def test_usually_it_may():
    assert shut(OPEN, NOW) is None
    assert shut(replace(OPEN, expires_at=NOW + timedelta(seconds=1)), NOW) is None
    assert shut(replace(OPEN, claims=5), NOW) is None


@pytest.mark.parametrize(
    ("changes", "to", "cause"),
    [
        ({"claims": 6}, "dead", "poison"),
        ({"expires_at": NOW}, "expired", "expired"),
        ({"expires_at": LATE}, "expired", "expired"),
        ({"expires_at": LATE, "doubtful": True}, "dead", "outcome_unknown"),
        ({"tenant_active": False}, "queued", "tenant_inactive"),
        ({"tenant_active": False, "expires_at": LATE}, "expired", "expired"),
    ],
)
def test_a_shut_gate_says_why(changes, to, cause):
    found = shut(replace(OPEN, **changes), NOW)

    assert found is not None
    assert (found.to, found.cause) == (to, cause)
    assert (found.wait_seconds is not None) == (to == "queued")


def test_asking_for_a_message_that_expired_is_still_worth_it():
    asked = replace(OPEN, expires_at=LATE, doubtful=True, asking=True)

    assert shut(asked, NOW) is None
