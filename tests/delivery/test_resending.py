"""Sent again: the same words, a notification of its own, linked with the first."""

from __future__ import annotations

import pytest
from django.utils import timezone

from callbacks.models import Callback
from delivery import erasing, resending, retention
from delivery.errors import CannotResend
from delivery.models import Attachment, Content, Message, Notification, Recipient
from delivery.plan import CallbackPlan
from notify_project.errors import Invalid
from providers.files import File
from recipients.erasing import person
from tests.callbacks.scene import endpoint
from tests.delivery.accepted import accepted, email_plan, end
from tests.delivery.scene import account_of, assert_books_balance, work
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    made = TenantFactory()
    account_of(made, "email.sandbox")
    return made


def messages_of(notification):
    mine = Message.for_tenant(notification.tenant_id).filter(notification=notification)
    return list(mine.select_related("content").order_by("id"))


def addresses(notification):
    rows = Recipient.across_tenants().filter(message__notification=notification)
    return [(one.kind, one.address) for one in rows.order_by("id")]


def words(notification):
    rows = Content.for_tenant(notification.tenant_id).filter(notification=notification)
    return [one.body["texts"] for one in rows]


def sent(tenant, *plans, **values):
    notification = accepted(tenant, *plans, **values)
    work("email-bulk")
    return Notification.for_tenant(tenant).get(id=notification.id)


def test_the_same_words_and_files_go_to_the_same_people(tenant):
    plan = email_plan(
        cc=("fred@example.org",), files=(File("a.txt", "text/plain", b"bytes"),)
    )
    first = sent(tenant, plan, tags=("permit",), correlation_id="order-7")

    again = resending.resend(first, messages_of(first))

    work("email-bulk")
    again.refresh_from_db()
    assert again.id != first.id
    assert again.resent_of == first.id
    assert (again.status, again.correlation_id) == ("completed", "order-7")
    assert words(again) == words(first)
    assert addresses(again) == addresses(first)
    [file] = Attachment.for_tenant(tenant).filter(content__notification=again)
    assert (bytes(file.data), file.filename) == (b"bytes", "a.txt")
    assert [one.tag for one in again.tags.all()] == ["permit"]
    assert [one.state for one in messages_of(again)] == ["delivered"]
    assert_books_balance()


def test_another_address_takes_the_place_of_all(tenant):
    first = sent(tenant, email_plan(cc=("fred@example.org",)))

    again = resending.resend(first, messages_of(first), address=" New@Example.org ")

    assert addresses(again) == [("to", "New@example.org")]


def test_an_address_that_is_none_is_refused_and_nothing_is_stored(tenant):
    first = sent(tenant)

    with pytest.raises(Invalid):
        resending.resend(first, messages_of(first), address="nobody")

    assert Notification.for_tenant(tenant).count() == 1


def test_a_test_stays_a_test(tenant):
    first = sent(tenant, key_type="test")

    assert resending.resend(first, messages_of(first)).key_type == "test"


@pytest.mark.parametrize(
    ("asked", "hears"),
    [
        (CallbackPlan("http://127.0.0.1:9/case/7", ("success",)), True),
        (CallbackPlan("http://127.0.0.1:9/case/7", ("failure",)), False),
        (CallbackPlan(), False),
    ],
)
def test_whom_the_call_named_is_told_of_the_repeat_too(tenant, asked, hears):
    registered = endpoint(tenant, "http://127.0.0.1:9/all")
    first = sent(tenant, callback=asked)
    told_before = set(Callback.for_tenant(tenant).values_list("id", flat=True))

    resending.resend(first, messages_of(first))
    work("email-bulk")

    told = Callback.for_tenant(tenant).exclude(id__in=told_before)
    named = told.exclude(endpoint=registered)
    assert named.filter(type="message.delivered").exists() is hears
    # {} in the call means that nobody is told: of the repeat neither.
    assert told.filter(endpoint=registered).exists() is bool(asked.url)


def test_what_is_not_kept_cannot_go_again(tenant):
    tenant.content_retention_days = 30
    tenant.save()
    old = accepted(tenant, at=timezone.now() - timezone.timedelta(days=31))
    end(old)
    retention.forget_old()
    old.refresh_from_db()

    with pytest.raises(CannotResend, match="not kept any more"):
        resending.resend(old, messages_of(old))


def test_whoever_was_erased_gets_nothing(tenant):
    first = sent(tenant, email_plan(), email_plan(to=("fred@example.org",)))
    erasing.erase(person(tenant, "jane@example.org"), [first.id])
    first.refresh_from_db()

    with pytest.raises(CannotResend):
        resending.resend(first, messages_of(first))


@pytest.mark.parametrize("count", [0, 2])
def test_a_new_address_is_for_one_message(tenant, count):
    plans = [email_plan(to=(f"p{number}@example.org",)) for number in range(2)]
    first = sent(tenant, *plans)

    with pytest.raises(CannotResend):
        resending.resend(first, messages_of(first)[:count], address="a@example.org")


def test_mails_of_notifys_own_stay_with_their_recipient(tenant):
    first = sent(tenant, key_type="system")

    with pytest.raises(CannotResend):
        resending.resend(first, messages_of(first), address="a@example.org")
