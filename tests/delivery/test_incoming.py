"""What a provider told us is kept once, waits, and is forgotten in the end."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from delivery import incoming
from delivery.models import Incoming
from notify_project.queue import claiming
from providers.base import IncomingText, Word
from tests.delivery.scene import TWILIO, account_of, many
from tests.delivery.told import apply, receipt, sent, states, tell
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def account():
    return account_of(TenantFactory(), "sms.twilio", config=TWILIO)


def aged(**by: float) -> None:
    """As if everything had been told so long ago, and were due now."""
    Incoming.objects.update(
        received_at=timezone.now() - timedelta(**by),
        due_at=timezone.now() - timedelta(seconds=1),
    )


def test_it_reads_as_it_was_told(account):
    echoed = uuid4()
    told = receipt(Word.DELIVERED, "SM1", message_id=echoed, detail="Ünlesbar 🎈")
    text = IncomingText("SM2", "+16045550123", "+17787001234", "Stop, please", "stop")
    tell(account, told, text)

    [first, second] = Incoming.objects.order_by("kind")
    assert incoming.receipt_of(first) == told
    assert (first.echoed_id, first.provider_ref) == (echoed, "SM1")
    assert incoming.text_of(second) == text


def test_what_is_told_three_times_is_one(account):
    for _ in range(3):
        tell(account, receipt(Word.DELIVERED, "SM1", event="1"))
    tell(account, receipt(Word.DELIVERED, "SM1", event="2"))

    assert len(states()) == 2


def test_two_accounts_may_be_told_the_same(account):
    for one in (account, account_of(TenantFactory(), "sms.twilio", config=TWILIO)):
        tell(one, receipt(Word.DELIVERED, "SM1"))

    assert len(states()) == 2


@pytest.mark.parametrize("ref", ["a\x00b", "x" * 201])
def test_a_reference_that_no_column_takes_matches_nothing(account, ref):
    tell(account, receipt(Word.DELIVERED, ref))

    assert Incoming.objects.get().provider_ref == ""


@pytest.mark.parametrize(
    ("age", "wait"),
    [(0, 1), (29, 1), (30, 5), (300, 30), (1800, 300), (86_400, 1800), (259_200, None)],
)
def test_the_older_it_is_the_longer_it_waits(age, wait):
    assert incoming.wait_seconds(age) == wait


def test_it_waits_for_its_message_up_to_72_hours(account):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    apply()
    assert states() == ["queued"]

    aged(hours=71)
    apply()
    assert states() == ["queued"]

    aged(hours=73)
    apply()
    assert states() == ["orphan"]


def test_a_message_that_is_known_now_need_not_be_waited_for(account):
    [message] = many(account.tenant, channel="sms", state="sent")
    tell(account, receipt(Word.DELIVERED, "SM1"))
    apply()
    Incoming.objects.update(due_at=timezone.now() + timedelta(minutes=30))

    sent(message, account, "SM1")
    incoming.hurry([(account.id, "SM1"), (account.id, "SM2")])
    apply()

    message.refresh_from_db()
    assert (message.state, states()) == ("delivered", ["applied"])


def test_what_a_vanished_worker_held_is_applied_by_another(account):
    [message] = many(account.tenant, channel="sms", state="sent")
    sent(message, account, "SM1")
    tell(account, receipt(Word.DELIVERED, "SM1"))
    claiming.claim(Incoming, settings.RECEIPTS_LANE, 10, token=uuid4())
    apply()
    assert states() == ["claimed"]

    Incoming.objects.update(lease_until="2020-01-01T00:00:00Z")
    incoming.take_up_lapsed()
    assert incoming.due_lanes() == [settings.RECEIPTS_LANE]
    apply()

    assert states() == ["applied"]
    assert incoming.due_lanes() == []


def test_what_has_been_applied_is_kept_for_a_month(account):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    aged(hours=73)
    apply()

    aged(days=29)
    incoming.forget_old()
    assert states() == ["orphan"]

    aged(days=31)
    incoming.forget_old()
    assert states() == []


def test_what_waits_is_not_forgotten(account):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    aged(days=31)
    incoming.forget_old()

    assert states() == ["queued"]
