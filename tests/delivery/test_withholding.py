"""Who was meant and must not get it: when it is accepted, and just before it leaves."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from delivery import recording
from delivery.composed import Composed
from delivery.composing import compose
from delivery.errors import RecipientsSuppressed
from delivery.loading import load
from delivery.models import LedgerEntry, Message, Notification, Recipient
from delivery.plan import ListPlan, NotificationPlan
from delivery.withholding import withhold
from notify_project.db import clock
from recipients import lists, subscribing, suppression
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import (
    account_of,
    again,
    assert_books_balance,
    claimed,
    story,
    work,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@example.org"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    account_of(made, "email.sandbox")
    account_of(made, "sms.sandbox")
    return made


def suppress(tenant: Tenant, address: str, reason: str = "opted_out", **more: Any):
    values = {"channel_code": "sms" if address.startswith("+") else "email", **more}
    suppression.suppress(tenant, address=address, reason=reason, **values)


def composed(tenant: Tenant, *channels: Any, **changes: Any) -> Composed:
    values: dict[str, Any] = {
        "tenant_id": tenant.id,
        "phone_region": "CA",
        "missing_params": "error",
        "key_type": "live",
        "key_name": "test",
        "channels": channels,
    }
    return withhold(compose(NotificationPlan(**{**values, **changes})))


def recorded(tenant: Tenant, *channels: Any, **changes: Any) -> Notification:
    made = composed(tenant, *channels, **changes)
    notification = recording.new_notification(made, now=clock.now())
    recording.record(made, notification)
    return notification


def sms_plan(*to: str, **changes: Any) -> Any:
    return email_plan(channel="sms", to=to, path="sms.", **changes)


def shown(one: Composed) -> list[str]:
    return [each.shown for channel in one.channels for each in channel.addresses]


def test_usually_nobody_is_left_out_and_one_query_says_so(
    tenant: Tenant, django_assert_num_queries: Any
):
    with django_assert_num_queries(1):
        made = composed(tenant, email_plan(to=(ANN, BOB)), sms_plan("+17787001234"))

    assert shown(made) == [ANN, BOB, "+17787001234"]
    assert made.plan.warnings == ()


def test_who_is_left_out_is_told_by_field_and_never_by_name(tenant: Tenant):
    suppress(tenant, BOB)
    suppress(tenant, CAT, "bounced")

    made = composed(tenant, email_plan(to=(ANN, BOB), cc=(CAT,), path="email."))

    assert shown(made) == [ANN]
    assert made.plan.warnings == (
        "email.recipients.to[1]: 1 left out, on the suppression list (opted out).",
        "email.recipients.cc[0]: 1 left out, on the suppression list (bounced).",
    )


def test_a_copy_that_stays_here_is_not_said_to_be_on_the_list(tenant: Tenant):
    suppress(tenant, ANN)
    mail = email_plan(to=(ANN,), cc=(BOB,), path="email.")

    made = composed(tenant, mail, sms_plan("+17787001234"))
    kept = recorded(tenant, mail, sms_plan("+17787001234"))

    assert made.plan.warnings == (
        "email.recipients.to[0]: 1 left out, on the suppression list (opted out).",
        "email.recipients.cc[0]: 1 left out, for nobody is left in to.",
    )
    told = Message.for_tenant(tenant).filter(notification=kept, state="suppressed")
    assert set(told.values_list("error_detail", flat=True)) == {
        "The address is on the suppression list: its owner opted out.",
        "A copy only: nobody is left whom the mail is to.",
    }


def test_if_nobody_is_left_in_to_the_copies_stay_here_too(tenant: Tenant):
    suppress(tenant, ANN)

    with pytest.raises(RecipientsSuppressed) as caught:
        composed(tenant, email_plan(to=(ANN,), cc=(BOB,), path="email."))

    [error] = caught.value.errors
    assert error.field == "email.recipients.to"
    assert "opted out" in error.message
    assert ANN not in error.message


def test_one_channel_may_be_left_when_another_has_nobody(tenant: Tenant):
    suppress(tenant, ANN, "bounced")

    made = composed(tenant, email_plan(to=(ANN,)), sms_plan("+17787001234"))

    assert [one.plan.channel for one in made.live] == ["sms"]
    assert "bounced" in made.plan.warnings[0]


def test_all_channels_without_anybody_are_refused_each_with_its_reason(
    tenant: Tenant,
):
    suppress(tenant, ANN, "bounced")
    suppress(tenant, "+17787001234", "stopped")

    with pytest.raises(RecipientsSuppressed) as caught:
        composed(tenant, email_plan(to=(ANN,)), sms_plan("7787001234"))

    assert [one.field for one in caught.value.errors] == [
        "recipients.to",
        "sms.recipients.to",
    ]
    assert "STOP" in caught.value.errors[1].message


def test_what_is_mandatory_reaches_who_opted_out_and_no_dead_address(tenant: Tenant):
    suppress(tenant, ANN)
    suppress(tenant, BOB, "bounced")

    made = composed(tenant, email_plan(to=(ANN, BOB)), mandatory=True)

    assert shown(made) == [ANN]


def test_a_neighbours_list_counts_for_nobody_else(tenant: Tenant):
    suppress(TenantFactory(), ANN)

    assert shown(composed(tenant, email_plan(to=(ANN,)))) == [ANN]


def test_what_stays_here_is_recorded_as_suppressed(tenant: Tenant):
    suppress(tenant, BOB)

    notification = recorded(tenant, email_plan(to=(ANN, BOB)))
    work("email-bulk")

    rows = Message.for_tenant(tenant).filter(notification=notification)
    states = {one.state: one for one in rows}
    assert set(states) == {"delivered", "suppressed"}
    kept = states["suppressed"]
    assert kept.error_detail.endswith("its owner opted out.")
    assert [one.address for one in kept.recipients.all()] == [BOB]
    assert story(kept) == ["accepted", "suppressed"]
    notification.refresh_from_db()
    assert notification.status == "partially_completed"
    assert_books_balance()


def test_the_list_is_asked_again_before_a_message_leaves(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN,)))
    suppress(tenant, ANN, "bounced")

    work("email-bulk")

    message = Message.for_tenant(tenant).get()
    assert (message.state, message.error_code) == ("suppressed", "suppressed")
    assert message.attempts == 0
    assert Notification.for_tenant(tenant).get().status == "suppressed"
    assert_books_balance()


def test_a_mail_to_several_goes_on_without_who_must_not_get_it(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN, BOB), cc=(CAT,)))
    suppress(tenant, BOB, "complained")

    work("email-bulk")

    assert Message.for_tenant(tenant).get().state == "delivered"
    left = {one.address: one.state for one in Recipient.for_tenant(tenant)}
    assert left == {ANN: "delivered", BOB: "suppressed", CAT: "delivered"}
    assert_books_balance()


def test_who_is_marked_is_not_among_those_that_the_provider_is_given(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN, BOB)))
    suppress(tenant, BOB, "complained")
    held = claimed("email-bulk")

    [message] = load(held.token, held.ids)

    meant = [one.address for one in message.recipients.all() if not one.is_withheld]
    assert meant == [ANN]


def test_a_mandatory_message_is_kept_back_by_stop_alone(tenant: Tenant):
    accepted(tenant, sms_plan("+17787001234", "+17787001235"), mandatory=True)
    suppress(tenant, "+17787001234", "stopped")
    suppress(tenant, "+17787001235", "opted_out")

    work("sms-bulk")

    states = {
        one.address: again(one.message).state
        for one in Recipient.for_tenant(tenant).select_related("message")
    }
    assert states == {"+17787001234": "suppressed", "+17787001235": "delivered"}


def test_of_what_may_have_arrived_nobody_says_that_it_was_not_sent(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN,)))
    Message.for_tenant(tenant).update(unknowns=1)
    suppress(tenant, ANN)

    work("email-bulk")

    message = Message.for_tenant(tenant).get()
    assert (message.state, message.error_code) == ("dead", "outcome_unknown")
    causes = LedgerEntry.for_tenant(tenant).values_list("cause", flat=True)
    assert "suppressed" not in causes


def test_who_has_left_the_list_meanwhile_gets_nothing(tenant: Tenant):
    news = lists.create(tenant, name="News")
    rows = [
        subscribing.subscribe(
            news, channel_code="email", address=address, confirmed=True
        )
        for address in (ANN, BOB)
    ]
    entry = ListPlan(news.id, "News", {one.id: str(one.address) for one in rows})
    accepted(tenant, email_plan(to=(entry,)), mandatory=True)
    subscribing.unsubscribe(rows[1])

    work("email-bulk")

    states = {
        one.address: again(one.message)
        for one in Recipient.for_tenant(tenant).select_related("message")
    }
    assert states[ANN].state == "delivered"
    assert states[BOB].state == "suppressed"
    assert states[BOB].error_detail == "The subscriber has left the list."
    assert_books_balance()


def test_of_a_lists_subscribers_only_those_who_may_get_it_do(tenant: Tenant):
    ids = [uuid4(), uuid4()]
    entry = ListPlan(uuid4(), "News", dict(zip(ids, (ANN, BOB), strict=True)))
    suppress(tenant, BOB)

    made = composed(tenant, email_plan(to=(entry,)))

    [channel] = made.channels
    assert [[each.shown for each in one] for one in channel.envelopes] == [[ANN]]
    assert [one.subscription for one in channel.left_out] == [ids[1]]
