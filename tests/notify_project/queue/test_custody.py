"""Compare-and-set: only what is still as believed changes, types and all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from delivery.models import Message
from notify_project.queue import custody
from notify_project.queue.custody import Change, Suspicion, change
from tests.delivery.scene import account_of, again, claimed, lease_over, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
MOMENTS = [
    datetime(2026, 3, 1, 12, tzinfo=UTC),
    datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
]


def test_values_of_every_type_arrive_as_they_were_meant():
    tenant = TenantFactory()
    account = account_of(tenant, "sms.sandbox")
    messages = many(tenant, 3)
    changes = [
        Change(
            message.id,
            values={
                "account": account.id if number else None,
                "asking": bool(number),
                "attempts": number,
                "due_at": MOMENTS[number],
                "expires_at": None if number == 1 else MOMENTS[number],
                "error_detail": "it's 100% 'odd' \u2603 {x}",
            },
        )
        for number, message in enumerate(messages)
    ]
    moved = change(Message, changes, was="queued", to="dead")

    assert set(moved) == {one.id for one in messages}
    for number, message in enumerate(messages):
        now = again(message)
        assert now.account_id == (account.id if number else None)
        assert (now.asking, now.attempts) == (bool(number), number)
        assert now.due_at == MOMENTS[number]
        assert now.expires_at == (None if number == 1 else MOMENTS[number])
        assert now.error_detail == "it's 100% 'odd' \u2603 {x}"


@pytest.mark.parametrize("moment", MOMENTS)
def test_due_times_compare_to_the_microsecond(moment):
    [message] = many(TenantFactory())
    change(
        Message,
        [Change(message.id, values={"due_at": moment})],
        was="queued",
        to="queued",
    )
    later = Message.across_tenants().filter(due_at__gt=moment)
    earlier = Message.across_tenants().filter(due_at__lt=moment)

    assert not later.exists()
    assert not earlier.exists()
    assert Message.across_tenants().filter(due_at=moment).exists()


def test_a_row_in_another_state_is_left():
    [message] = many(TenantFactory())

    assert change(Message, [Change(message.id)], was="claimed", to="queued") == []


def test_only_the_holders_token_fits():
    [message] = many(TenantFactory())
    held = claimed()

    wrong, right = Change(message.id, uuid4()), Change(message.id, held.token)
    assert change(Message, [wrong], was="claimed", to="sending") == []
    assert change(Message, [right], was="claimed", to="sending") == [message.id]


@pytest.mark.parametrize(
    ("suspicion", "claims"),
    [(Suspicion.KEEP, 4), (Suspicion.CLEAR, 0), (Suspicion.FORGIVE, 3)],
)
def test_what_a_change_says_about_earlier_claims(suspicion, claims):
    [message] = many(TenantFactory(), claims=4)
    change(
        Message, [Change(message.id)], was="queued", to="queued", suspicion=suspicion
    )

    assert again(message).claims == claims


def test_a_release_is_as_if_nothing_had_been():
    [message] = many(TenantFactory(), claims=1)
    held = claimed()
    custody.release(Message, held.token, held.ids)

    now = again(message)
    assert (now.state, now.claims, now.claim_token) == ("queued", 1, None)


def test_a_lease_that_is_renewed_does_not_lapse():
    many(TenantFactory(), 2)
    one, other = claimed(limit=1), claimed(limit=1)
    lease_over(*Message.across_tenants())
    assert custody.renew(Message, [one.token]) == 1

    lapsed = custody.lapsed(Message, "claimed", 10)
    assert [row.id for row in lapsed] == list(other.ids)


def test_a_lease_ends_as_long_from_now_as_the_setting_says(settings):
    settings.LEASE_SECONDS = 60.0
    [message] = many(TenantFactory())
    claimed()

    left = again(message).lease_until - timezone.now()
    assert timedelta(seconds=30) < left < timedelta(seconds=90)
