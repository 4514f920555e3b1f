"""From a request to a plan: every layer heard, everything looked up, frozen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from delivery.plan import Priority
from delivery.unknowns import Policy
from events.errors import FieldLocked, InvalidTime, NoChannels
from events.models import SystemDefaults, TenantDefaults
from notify_project.errors import Invalid
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
    return tenant_with_mail()


def plan_of(tenant: Tenant, **changes: Any) -> Any:
    [channel] = planned(caller_of(tenant), email(**changes)).channels
    return channel


def test_a_plan_needs_nothing_to_be_looked_up_any_more(tenant: Tenant):
    plan = planned(caller_of(tenant), email(tags=["a"], correlationId="c"))

    assert (plan.tenant_id, plan.key_type, plan.tags) == (tenant.id, "live", ("a",))
    assert plan.correlation_id == "c"
    [one] = plan.channels
    assert one.to == ("jane@example.org",)
    assert one.wording.texts == {"subject": "Hello", "body": "Words"}
    assert (one.sender.address, one.sender.name) == ("notify@example.org", "Notify")
    assert (one.account_id, one.due_at, one.expires_at) == (None, None, None)
    assert one.priority == Priority.NORMAL
    assert one.on_unknown == Policy.RETRY_ONCE


def test_the_layers_of_system_and_tenant_are_heard(tenant: Tenant):
    SystemDefaults(
        channel="email", values={"priority": "low", "onUnknown": "hold"}
    ).save()
    mail = account_of(tenant, "email", "Second")
    TenantDefaults(
        tenant=tenant,
        channel="email",
        account=mail,
        values={"priority": "high", "replyTo": ["r@example.org"]},
    ).save()

    one = plan_of(tenant)

    assert one.priority == Priority.HIGH
    assert one.on_unknown == "hold"
    assert one.account_id == mail.id
    assert one.sender.reply_to == ("r@example.org",)
    plan = planned(caller_of(tenant), email())
    assert plan.decided_by["email.priority"] == "tenant"
    assert plan.decided_by["email.onUnknown"] == "system"
    assert plan.decided_by["email.content.subject"] == "request"


def test_null_in_a_request_takes_away_what_the_tenant_says(tenant: Tenant):
    values = {"replyTo": ["r@example.org"]}
    TenantDefaults(tenant=tenant, channel="email", values=values).save()

    assert plan_of(tenant, replyTo=None).sender.reply_to == ()


@pytest.mark.parametrize("value", ["high", None])
def test_a_locked_field_is_refused_where_the_caller_wrote_it(
    tenant: Tenant, value: Any
):
    SystemDefaults(
        channel="email", values={"priority": "low"}, locked=["priority"]
    ).save()

    with pytest.raises(FieldLocked) as bare:
        planned(caller_of(tenant), email(priority=value))
    with pytest.raises(FieldLocked) as wrapped:
        planned(caller_of(tenant), several(email={"priority": value}))

    assert bare.value.errors[0].field == "priority"
    assert wrapped.value.errors[0].field == "email.priority"


def test_channel_params_go_before_those_of_the_request(tenant: Tenant):
    request = several(email={"params": {"a": 2}, "content": {"body": "x"}})
    layer = {**request.layer, "params": {"a": 1, "b": 1}}

    plan = planned(caller_of(tenant), type(request)(layer=layer))

    assert plan.channels[0].params == {"a": 2, "b": 1}


@pytest.mark.parametrize("request_", [several(), several(email={}), several(sms=None)])
def test_nothing_to_send_over_is_refused(tenant: Tenant, request_: Any):
    with pytest.raises(NoChannels):
        planned(caller_of(tenant), request_)


def hours(count: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=count)).isoformat()


def test_times_are_kept_and_a_past_one_means_now(tenant: Tenant):
    later = plan_of(tenant, delayedSend=hours(2), expiresAt=hours(3))
    past = plan_of(tenant, delayedSend=hours(-2), expiresAt=hours(1))

    assert later.expires_at > later.due_at > datetime.now(UTC)
    assert past.due_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"delayedSend": hours(24 * 31)}, "delayedSend"),
        ({"expiresAt": hours(-1)}, "expiresAt"),
        ({"delayedSend": hours(2), "expiresAt": hours(1)}, "expiresAt"),
    ],
)
def test_times_that_cannot_be_are_refused(tenant: Tenant, changes: Any, field: str):
    with pytest.raises(InvalidTime) as caught:
        plan_of(tenant, **changes)

    assert caught.value.errors[0].field == field


def test_the_tenant_sets_its_horizon(tenant: Tenant):
    tenant.max_delay_days = 60

    assert plan_of(tenant, delayedSend=hours(24 * 59)).due_at


def test_all_that_is_wrong_is_told_at_once(tenant: Tenant):
    request = several(
        email={
            "content": {"templateId": "nobody's"},
            "from": "stranger@example.org",
            "account": "nobody's",
            "delayedSend": hours(24 * 99),
        },
        sms={"content": {"templateId": "nobody's"}, "account": "nobody's"},
    )

    with pytest.raises(Invalid) as caught:
        planned(caller_of(tenant), request)

    assert {one.field for one in caught.value.errors} == {
        "email.content.templateId",
        "email.from",
        "email.account",
        "email.delayedSend",
        "sms.content.templateId",
        "sms.account",
    }
