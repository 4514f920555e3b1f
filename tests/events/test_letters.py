"""The words of our own messages: to whom, from whom, in which language."""

from __future__ import annotations

from typing import Any

import pytest

from events import letters
from events.letters import Letter
from providers import senders
from recipients import lists, subscribing
from recipients.models import Subscription
from tenants.models import Notice, Tenant
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def asked(tenant: Tenant, **values: Any) -> Subscription:
    news = lists.create(tenant, name="news", title="Forest news")
    given = {"channel_code": "email", "address": "ann@example.org", **values}
    return subscribing.subscribe(news, **given)


def written(tenant: Tenant) -> Letter:
    found = letters.of(Notice.for_tenant(tenant).get())
    assert found is not None
    return found


def test_a_question_comes_from_the_tenant_whom_its_reader_knows():
    tenant = tenant_with_mail(name="Forestry")
    asked(tenant)

    letter = written(tenant)

    assert (letter.address, letter.channel) == ("ann@example.org", "email")
    assert letter.sender is not None
    assert letter.sender.address == "notify@example.org"
    assert not letter.by_system
    assert letter.texts["subject"] == "Confirm: Forest news"
    assert "Forestry" in letter.texts["body"]
    assert "/subscriptions/confirm/" in letter.texts["body"]


def test_without_a_sender_of_its_own_the_question_is_ours():
    tenant = TenantFactory()
    asked(tenant)

    assert written(tenant).by_system


def test_a_text_message_asks_in_one_line():
    tenant = TenantFactory(name="Forestry", phone_region="CA")
    asked(tenant, channel_code="sms", address="7787001234")

    letter = written(tenant)

    assert (letter.address, letter.channel) == ("+17787001234", "sms")
    assert not letter.by_system
    assert "\n" not in letter.texts["body"]


def test_a_question_is_asked_in_the_readers_language():
    tenant = tenant_with_mail(locale="en")
    asked(tenant, locale="fr-CA")

    assert written(tenant).texts["subject"].startswith("Confirmez")


def test_who_has_answered_is_not_asked():
    tenant = tenant_with_mail()
    subscribing.confirm(asked(tenant))

    assert letters.of(Notice.for_tenant(tenant).get()) is None


def test_a_sender_is_asked_by_us_alone():
    tenant = tenant_with_mail()
    senders.create(tenant, channel_code="email", address="desk@example.org")

    letter = written(tenant)

    assert letter.by_system
    assert "/verify/sender/" in letter.texts["body"]
