"""The preview: what some layer said and what was rendered, and no trace of it."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.models import Notification
from events.models import Fingerprint, IdempotencyKey, TenantDefaults
from events.previewing import preview
from notify_project.errors import Invalid
from tenants.models import Tenant
from tests.events.scene import (
    account_of,
    caller_of,
    email,
    sender_of,
    several,
    tenant_with_mail,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made = tenant_with_mail()
    account_of(made, "sms", "Phone")
    return made


def test_bare_or_by_channel(tenant: Tenant):
    expected = {
        "recipients": {"to": ["jane@example.org"]},
        "content": {"subject": "Hello", "body": "Words"},
    }

    assert preview(caller_of(tenant), email(), bare="email") == expected
    assert preview(caller_of(tenant), email()) == {"email": expected}


def test_what_the_request_said_is_repeated_and_nothing_else(tenant: Tenant):
    shown = preview(
        caller_of(tenant),
        email(
            **{"from": "notify@example.org"},
            replyTo=["r@example.org"],
            headers={"X-A": "1"},
            recipients={"to": ["jane@example.org"], "cc": [], "bcc": None},
            content={"subject": "S", "body": "B", "bodyType": "text"},
        ),
        bare="email",
    )

    assert shown == {
        "recipients": {"to": ["jane@example.org"]},
        "content": {"subject": "S", "body": "B", "bodyType": "text"},
        "from": "notify@example.org",
        "replyTo": ["r@example.org"],
        "headers": {"X-A": "1"},
    }


def test_a_sender_that_was_named_is_shown_with_its_reply_address(tenant: Tenant):
    team = sender_of(tenant, "team@example.org", reply_to="desk@example.org")

    shown = preview(caller_of(tenant), email(identityId=str(team.id)), bare="email")

    assert (shown["from"], shown["replyTo"]) == (
        "team@example.org",
        ["desk@example.org"],
    )


def test_the_sender_of_the_tenants_defaults_is_shown(tenant: Tenant):
    TenantDefaults(
        tenant=tenant,
        channel="email",
        sender=sender_of(tenant, "team@example.org"),
        values={"replyTo": ["desk@example.org"], "headers": {"X-A": "1"}},
    ).save()

    shown = preview(caller_of(tenant), email(), bare="email")

    assert shown["from"] == "team@example.org"
    assert shown["replyTo"] == ["desk@example.org"]
    assert shown["headers"] == {"X-A": "1"}


def test_a_text_is_shown_as_it_is_sent(tenant: Tenant):
    request = several(
        sms={
            "recipients": {"to": ["7787001234"]},
            "content": {"message": "\u201cHi\u201d \u2013 there\u2026 "},
        }
    )

    shown = preview(caller_of(tenant), request)

    assert shown["sms"]["content"]["message"] == '"Hi" - there...'


def test_a_preview_writes_nothing(tenant: Tenant):
    preview(caller_of(tenant), email())

    for model in (Notification, Fingerprint, IdempotencyKey):
        assert model.across_tenants().count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"recipients": {"to": []}},
        {"content": {"subject": "S"}},
        {"content": {"subject": "{{a}}", "body": "B", "renderer": "hbs"}},
        {"from": "stranger@example.org"},
    ],
)
def test_a_preview_refuses_what_a_send_would(tenant: Tenant, changes: Any):
    with pytest.raises(Invalid):
        preview(caller_of(tenant), email(**changes), bare="email")
