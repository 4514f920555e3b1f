"""The words of our own messages: to whom, from whom, in which language."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from callbacks import endpoints
from callbacks.wishes import Wish, granted
from events import letters
from events.letters import Letter
from providers import senders
from recipients import lists, subscribing
from recipients.models import Subscription
from tenants import notices, people
from tenants.models import Notice, Tenant
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory, UserFactory

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


@pytest.mark.parametrize(
    ("event", "because", "words"),
    [
        ("endpoint.failing", "", "has not answered well for a day"),
        ("endpoint.disabled", "gone", "The receiver answered 410: it is gone"),
    ],
)
def test_admins_are_told_of_endpoints_that_fail(event: str, because: str, words: str):
    tenant = TenantFactory(name="Forestry")
    wish = Wish(url="http://127.0.0.1:9/hook")
    one = endpoints.register(tenant, granted(wish))
    data = {
        "endpoint": str(one.id),
        "address": "admin@example.org",
        "event": event,
        "because": because,
    }
    notices.store(tenant, "endpoint", data)

    letter = written(tenant)

    assert letter.address == "admin@example.org"
    assert letter.by_system
    assert words in letter.texts["body"]
    assert "http://127.0.0.1:9/hook" in letter.texts["body"]


def test_of_an_endpoint_that_is_gone_nobody_is_told():
    tenant = TenantFactory()
    data = {"endpoint": str(uuid4()), "address": "a@example.org", "event": "x"}
    notices.store(tenant, "endpoint", data)

    assert letters.of(Notice.for_tenant(tenant).get()) is None


def test_an_invitation_is_ours_and_leads_a_new_person_to_a_password():
    tenant = tenant_with_mail(name="Forestry")
    people.add_member(tenant, email="ann@example.org", role="support")

    letter = written(tenant)

    assert letter.by_system
    assert letter.address == "ann@example.org"
    assert letter.texts["subject"] == "You are invited to Forestry"
    assert "/invitation/" in letter.texts["body"]


def test_who_can_log_in_already_is_told_where():
    tenant = tenant_with_mail()
    people.add_member(tenant, email=UserFactory().email, role="support")

    body = written(tenant).texts["body"]

    assert "/invitation/" not in body
    assert "/admin/login/" in body


def test_who_was_removed_meanwhile_is_not_invited():
    tenant = tenant_with_mail()
    member, _password = people.add_member(tenant, email="a@b.ca", role="support")
    member.delete()

    assert letters.of(Notice.for_tenant(tenant).get()) is None
