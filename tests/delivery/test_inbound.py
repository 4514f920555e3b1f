"""Texts that come in: whose they are, and what STOP and START do."""

from __future__ import annotations

import pytest
from django.utils import timezone

from delivery import inbound, incoming
from delivery.models import Incoming, ReceivedText, Recipient
from notify_project.db.hashing import address_hash
from providers.base import IncomingText
from providers.models import Sender
from recipients import erasing, suppression
from recipients.models import Suppression
from tests.callbacks.scene import callbacks, endpoint
from tests.delivery.scene import TWILIO, account_of, many
from tests.delivery.told import apply, sent, states, tell
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
OURS, JANE = "+16045550123", "+17787001234"


def text(words: str, **values: str) -> IncomingText:
    given = {"provider_ref": f"SM-{words}", "number": OURS, "sender": JANE, **values}
    return IncomingText(text=words, **given)


def listed(tenant) -> list[str]:
    rows = Suppression.for_tenant(tenant).filter(channel="sms")
    return sorted(rows.values_list("reason", flat=True))


def system_account():
    made = account_of(TenantFactory(), "sms.twilio", config=TWILIO, name="Shared")
    made.tenant = None
    made.save()
    return made


def owns(tenant, number: str = OURS) -> None:
    now = timezone.now()
    Sender(tenant=tenant, channel="sms", address=number, verified_at=now).save()


def wrote(tenant, account) -> None:
    """The tenant sent Jane a text over this account."""
    [message] = many(tenant, channel="sms", state="sent")
    sent(message, account, "SM0")
    Recipient.across_tenants().filter(message=message).update(
        address=JANE, address_hash=address_hash(tenant.id, JANE)
    )


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("STOP", "stop"),
        (" stop. ", "stop"),
        ("Unsubscribe!", "stop"),
        ("ARRÊT", "stop"),
        ("arret", "stop"),
        ("Start", "start"),
        ("UNSTOP", "start"),
        ("Please stop by at noon", ""),
        ("stop it", ""),
        ("", ""),
        ("?!", ""),
    ],
)
def test_a_wish_is_a_text_that_says_nothing_else(words, wish):
    assert inbound.wish_of(words) == wish


def test_a_text_over_the_tenants_own_account_is_the_tenants():
    account = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    tell(account, text("Hello 🎈"))
    apply()

    row = ReceivedText.for_tenant(account.tenant).get()
    assert (row.text, row.sender, row.number) == ("Hello 🎈", JANE, OURS)
    assert (row.wish, row.provider, states()) == ("", "sms.twilio", ["applied"])


def test_the_same_text_brought_twice_is_one():
    account = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    for _ in range(2):
        tell(account, text("Hello"))
        apply()

    assert ReceivedText.across_tenants().count() == 1


def test_numbers_are_read_however_the_provider_writes_them():
    account = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    tell(account, text("Hello", number="447700900123", sender="447700900456"))
    tell(account, text("Hi", number="12345", sender="JANE"))
    apply()

    rows = ReceivedText.across_tenants()
    assert {(one.number, one.sender) for one in rows} == {
        ("+447700900123", "+447700900456"),
        ("12345", "JANE"),
    }


def test_a_number_of_the_systems_account_belongs_to_whoever_has_it_as_sender():
    owner, other = TenantFactory(), TenantFactory()
    owns(owner)
    owns(other, "+16045550199")
    tell(system_account(), text("STOP"))
    apply()

    assert ReceivedText.across_tenants().get().tenant == owner
    assert (listed(owner), listed(other)) == (["stopped"], [])


def test_an_unverified_sender_owns_nothing():
    tenant = TenantFactory()
    Sender(tenant=tenant, channel="sms", address=OURS).save()
    tell(system_account(), text("STOP"))
    apply()

    assert (states(), listed(tenant)) == (["orphan"], [])


def test_of_a_shared_number_a_stop_counts_for_all_who_wrote():
    account = system_account()
    first, last, silent = TenantFactory(), TenantFactory(), TenantFactory()
    wrote(first, account)
    wrote(last, account)
    tell(account, text("STOP"))
    apply()

    assert ReceivedText.across_tenants().get().tenant == last
    assert [listed(one) for one in (first, last, silent)] == [
        ["stopped"],
        ["stopped"],
        [],
    ]


def test_start_takes_a_stop_back_and_nothing_else():
    account = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    tenant = account.tenant
    suppression.suppress(tenant, channel_code="sms", address=JANE, reason="by_hand")
    tell(account, text("STOP"))
    apply()
    assert listed(tenant) == ["by_hand", "stopped"]

    tell(account, text("START"))
    apply()

    assert listed(tenant) == ["by_hand"]
    wishes = ReceivedText.across_tenants().order_by("id")
    assert list(wishes.values_list("wish", flat=True)) == ["stop", "start"]


def test_the_providers_own_reading_of_a_wish_goes_first():
    account = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    tell(account, text("Basta", wish="stop"))
    apply()

    assert listed(account.tenant) == ["stopped"]


def test_it_is_forgotten_with_the_person():
    """With what the provider brought, and what the tenant's programs were told."""
    account = account_of(TenantFactory(), "sms.twilio", config=TWILIO)
    mine = endpoint(account.tenant)
    tell(account, text("Hello"), text("Hi", sender="+17787009999"))
    apply()
    assert len(callbacks(mine)) == 2

    assert inbound.forget(erasing.person(account.tenant, JANE)) == 1

    kept = ReceivedText.across_tenants().get()
    assert kept.text == "Hi"
    assert [one.subject for one in callbacks(mine)] == [kept.id]
    assert [incoming.text_of(one).text for one in Incoming.objects.all()] == ["Hi"]
