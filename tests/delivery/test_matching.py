"""Which message a receipt speaks of: never another account's, never one of several."""

from __future__ import annotations

import pytest

from delivery import matching
from delivery.models import Attempt, Incoming
from notify_project.db.ids import uuid7
from providers.base import Word
from tests.delivery.scene import TWILIO, account_of, many
from tests.delivery.told import receipt, sent, tell
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def account(tenant):
    return account_of(tenant, "sms.twilio", config=TWILIO)


def called(message, account, *, outcome="unknown", number=1, ref="") -> None:
    Attempt(
        id=uuid7(),
        tenant=message.tenant,
        message=message,
        number=number,
        account=account,
        provider=account.provider,
        worker="w",
        outcome=outcome,
        provider_ref=ref,
    ).save(force_insert=True)


def found():
    rows = list(Incoming.objects.order_by("received_at", "id"))
    matched = matching.find(rows)
    return [matched.get(one.id) for one in rows]


def test_by_our_own_id_whatever_the_attempt(tenant, account):
    [message] = many(tenant, channel="sms")
    called(message, account)
    other = account_of(tenant, "sms.twilio", config=TWILIO, name="Other")
    called(message, other, number=2)

    tell(account, receipt(Word.DELIVERED, message_id=message.id))
    tell(other, receipt(Word.DELIVERED, message_id=message.id))

    assert found() == [message.id, message.id]


def test_by_the_providers_reference(tenant, account):
    first, second = many(tenant, 2, channel="sms")
    sent(first, account, "SM1")
    sent(second, account, "SM2")

    tell(account, receipt(Word.DELIVERED, "SM2"), receipt(Word.DELIVERED, "SM3"))

    assert sorted(found(), key=str) == sorted([second.id, None], key=str)


def test_our_id_goes_before_a_reference_that_several_have(tenant, account):
    first, second = many(tenant, 2, channel="sms")
    for one in (first, second):
        sent(one, account, "ok")
        called(one, account)

    tell(account, receipt(Word.DELIVERED, "ok", message_id=second.id))
    tell(account, receipt(Word.DELIVERED, "ok"))

    assert found() == [second.id, None]


def test_by_the_reference_of_an_attempt_after_which_it_went_elsewhere(tenant, account):
    """Its answer came late, when another account had the message already."""
    [message] = many(tenant, channel="sms")
    other = account_of(tenant, "sms.twilio", config=TWILIO, name="Other")
    called(message, account, outcome="accepted", ref="SM1")
    called(message, other, outcome="accepted", ref="SM2", number=2)
    sent(message, other, "SM2")

    tell(account, receipt(Word.DELIVERED, "SM1"), receipt(Word.DELIVERED, "SM2"))
    tell(other, receipt(Word.DELIVERED, "SM1"))

    rows = Incoming.objects.order_by("account", "provider_ref")
    matched = matching.find(list(rows))
    assert {
        (one.account_id, one.provider_ref) for one in rows if one.id in matched
    } == {(account.id, "SM1")}


def test_of_attempts_too_a_reference_of_several_messages_is_nobodys(tenant, account):
    for one in many(tenant, 2, channel="sms"):
        called(one, account, outcome="accepted", ref="ok")

    tell(account, receipt(Word.DELIVERED, "ok"))

    assert found() == [None]


def test_another_accounts_message_is_out_of_reach(tenant, account):
    """Not even of the same provider: what one tenant posts moves no other's message."""
    stranger = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    [message] = many(tenant, channel="sms")
    sent(message, account, "SM1")
    called(message, account, ref="SM1")

    tell(stranger, receipt(Word.DELIVERED, "SM1", message_id=message.id))

    assert found() == [None]


def test_who_was_held_was_not_called(tenant, account):
    [message] = many(tenant, channel="sms")
    called(message, account, outcome="held")

    tell(account, receipt(Word.DELIVERED, message_id=message.id))

    assert found() == [None]
