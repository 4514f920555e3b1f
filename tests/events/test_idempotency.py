"""What makes requests equal: the fingerprint, and the row that lets one through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from delivery.composing import compose
from delivery.models import Notification
from events import idempotency
from events.models import Fingerprint
from tenants.models import Tenant
from tests.events.scene import (
    account_of,
    caller_of,
    email,
    planned,
    several,
    tenant_with_mail,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made = tenant_with_mail()
    account_of(made, "sms", "Phone")
    return made


def print_of(tenant: Tenant, request: Any, key_type: str = "live") -> bytes:
    composed = compose(planned(caller_of(tenant, key_type), request))
    return idempotency.fingerprint(composed)


FILES = [{"filename": name, "content": b"a"} for name in ("a", "b")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"tags": ["x"], "correlationId": "y"}),
        ({}, {"params": {"unused": 1}}),
        ({}, {"priority": "high", "onUnknown": "hold"}),
        (
            {"recipients": {"to": ["a@x.org", "b@x.org"]}},
            {"recipients": {"to": ["B@X.org", "a@x.org", "a@x.org"]}},
        ),
        ({"attachments": FILES}, {"attachments": FILES[::-1]}),
        ({"headers": {"X-A": "1", "X-B": "2"}}, {"headers": {"X-B": "2", "X-A": "1"}}),
        (
            {},
            {
                "content": {"subject": "Hello", "body": "{{b}}"},
                "params": {"b": "Words"},
            },
        ),
    ],
)
def test_spelling_makes_no_difference(tenant: Tenant, one: Any, other: Any):
    assert print_of(tenant, email(**one)) == print_of(tenant, email(**other))


@pytest.mark.parametrize(
    "other",
    [
        {"recipients": {"to": ["other@example.org"]}},
        {"recipients": {"to": ["jane@example.org"], "bcc": ["b@example.org"]}},
        {"content": {"subject": "Hello", "body": "Word"}},
        {"content": {"subject": "Hello", "body": "Words", "bodyType": "html"}},
        {"replyTo": ["r@example.org"]},
        {"headers": {"X-A": "1"}},
        {"attachments": FILES},
        {"from": "Other <notify@example.org>"},
        {"account": "Mail"},
        {"delayedSend": (timezone.now() + timedelta(hours=1)).isoformat()},
    ],
)
def test_what_the_reader_would_notice_makes_one(tenant: Tenant, other: Any):
    assert print_of(tenant, email()) != print_of(tenant, email(**other))


def test_kind_of_key_and_tenant_are_part_of_it(tenant: Tenant):
    prints = {
        print_of(tenant, email()),
        print_of(tenant, email(), "test"),
        print_of(tenant_with_mail(), email()),
    }

    assert len(prints) == 3


def test_a_recipient_of_one_channel_is_none_of_another(tenant: Tenant):
    text = {"recipients": {"to": ["7787001234"]}, "content": {"body": "Hi"}}
    one = print_of(tenant, several(sms=text))
    other = print_of(
        tenant, several(sms={**text, "recipients": {"to": ["+1 778 700-1234"]}})
    )
    both = print_of(tenant, several(sms=text, email=email().layer["email"]))

    assert one == other != both


def claim(tenant: Tenant, **more: Any) -> Any:
    composed = compose(planned(caller_of(tenant), email()))
    notification = Notification(tenant=tenant, channels=["email"], key_type="live")
    notification.save(force_insert=True)
    now = more.pop("now", timezone.now())
    original = idempotency.claim_fingerprint(
        composed, notification.id, window=300, now=now
    )
    return notification, original


def test_the_first_has_it_and_the_second_is_told_who(tenant: Tenant):
    first, nobody = claim(tenant)
    _, original = claim(tenant)

    assert nobody is None
    assert original == first.id
    assert Fingerprint.for_tenant(tenant).count() == 1


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_came_to_nothing_is_taken_over(tenant: Tenant, status: str):
    first, _ = claim(tenant)
    Notification.for_tenant(tenant).filter(id=first.id).update(status=status)

    second, original = claim(tenant)

    assert original is None
    assert claim(tenant)[1] == second.id


def test_a_window_that_is_over_is_over(tenant: Tenant):
    claim(tenant)

    assert claim(tenant, now=timezone.now() + timedelta(seconds=301))[1] is None


@pytest.mark.parametrize(("own", "used"), [(None, 300), (0, 0), (60, 60)])
def test_a_tenants_own_window_goes_first(tenant: Tenant, own: int | None, used: int):
    tenant.idempotency_window_seconds = own

    assert idempotency.window_seconds(tenant) == used
