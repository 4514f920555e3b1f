"""All that is wrong is told in one answer, and nothing that only follows from it."""

from __future__ import annotations

import pytest

from events.deciding import decide
from events.requests import NotifyRequest, simple
from notify_project.errors import FieldError, Invalid
from tenants.models import Tenant
from tests.events.scene import account_of, caller_of, email, several, tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def wrong(tenant: Tenant, request: NotifyRequest) -> list[str]:
    with pytest.raises(Invalid) as caught:
        decide(caller_of(tenant), request)
    return sorted(one.field for one in caught.value.errors)


def unreadable(*fields: str) -> Invalid:
    return Invalid("x", errors=[FieldError(one, "invalid", "x") for one in fields])


def test_what_is_well_is_composed(tenant: Tenant):
    composed = decide(caller_of(tenant), email())

    assert [one.texts["body"] for one in composed.channels] == ["Words"]


def test_what_cannot_be_found_and_what_cannot_be_sent_are_told_together(
    tenant: Tenant,
):
    request = email(
        **{"from": "stranger@example.org"},
        content={"template": "none"},
        recipients={"to": ["x"], "cc": ["y"]},
        headers={"Bcc": "z@example.org"},
        delayedSend="9999-01-01",
        account="none",
    )

    assert wrong(tenant, request) == [
        "account",
        "content.template",
        "delayedSend",
        "from",
        "headers",
        "recipients.cc[0]",
        "recipients.to[0]",
    ]


def test_all_channels_are_looked_at(tenant: Tenant):
    account_of(tenant, "sms", "Phone")
    request = several(
        email={"recipients": {"to": ["x"]}, "content": {"template": "none"}},
        sms={"recipients": {"to": ["12"]}, "content": {"template": "none"}},
    )

    assert wrong(tenant, request) == [
        "email.content.template",
        "email.recipients.to[0]",
        "sms.content.template",
        "sms.recipients.to[0]",
    ]


def test_what_could_not_be_read_is_told_beside_the_rest(tenant: Tenant):
    mail = {"recipients": {"to": ["x"]}, "content": {"subject": "S", "body": "B"}}
    request = simple({"email": mail, "tags": [""]}, [unreadable("email.priority")])

    assert wrong(tenant, request) == [
        "email.priority",
        "email.recipients.to[0]",
        "tags[0]",
    ]


@pytest.mark.parametrize(
    ("given", "unread"),
    [
        ({"content": {"subject": "S", "body": "B"}}, "email.recipient"),
        ({"recipients": {"to": ["a@b.org"]}}, "email.content.bdy"),
        ({}, "email"),
        (
            {
                "recipients": {"to": ["{{a}}"]},
                "content": {"subject": "{{a}}", "body": "B"},
            },
            "params",
        ),
    ],
)
def test_what_may_only_follow_from_it_is_not_told(
    tenant: Tenant, given: dict[str, object], unread: str
):
    request = simple({"email": given}, [unreadable(unread)])

    assert wrong(tenant, request) == [unread]
