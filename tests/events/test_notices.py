"""Notices become ordinary notifications: once, and by our own account."""

from __future__ import annotations

import pytest

from delivery.models import Content, Message, Notification, Recipient
from events import notices
from providers import senders
from providers.accounts import offers
from providers.models import Account
from tenants.models import Notice
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def system_mail():
    account = Account(channel="email", provider="email.smtp", name="Mail")
    account.config = {"host": "127.0.0.1", "port": 2525, "security": "none"}
    account.save()
    offers.forget()
    return account


def _new_sender(tenant):
    return senders.create(tenant, channel_code="email", address="desk@example.org")


def test_a_new_sender_is_mailed_a_link_that_verifies_it(system_mail, client):
    tenant = TenantFactory(name="Forestry")
    sender = _new_sender(tenant)

    notices.tell_open()

    message = Message.for_tenant(tenant).get()
    assert message.pinned_account_id == system_mail.id
    assert Recipient.for_tenant(tenant).get().address == "desk@example.org"
    body = Content.for_tenant(tenant).get().body
    assert body["sender"] == "notify@example.org"
    assert "Forestry" in body["texts"]["body"]
    link = next(line for line in body["texts"]["body"].split() if "/verify/" in line)
    client.post(link.removeprefix("http://testserver"))
    sender.refresh_from_db()
    assert sender.verified_at is not None


def test_a_notice_is_told_once(system_mail):
    tenant = TenantFactory()
    _new_sender(tenant)

    notices.tell_open()
    notices.tell_open()

    assert Notification.for_tenant(tenant).count() == 1
    assert Notice.for_tenant(tenant).get().handled_at is not None


def test_without_an_account_of_the_system_the_notice_waits():
    tenant = TenantFactory()
    _new_sender(tenant)

    notices.tell_open()

    assert Notice.for_tenant(tenant).get().handled_at is None
    assert not Notification.for_tenant(tenant).exists()


def test_a_sender_that_is_gone_or_verified_meanwhile_is_not_asked(system_mail):
    tenant = TenantFactory()
    senders.verify(_new_sender(tenant))

    notices.tell_open()

    assert Notice.for_tenant(tenant).get().handled_at is not None
    assert not Notification.for_tenant(tenant).exists()


def test_nobody_but_the_recipient_sees_the_link(system_mail, client):
    tenant = TenantFactory()
    _new_sender(tenant)
    notices.tell_open()
    notification = Notification.for_tenant(tenant).get()
    key = api_key(tenant, scopes=("send", "read", "manage", "content"))

    answer = client.get(
        f"/notify/{notification.id}?include=content", headers={"X-API-KEY": key}
    )

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("#content_hidden")
    assert b"/verify/" not in answer.content
