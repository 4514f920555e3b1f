"""One look at some notifications: whom it finds, and what it leaves alone."""

from __future__ import annotations

import threading

import pytest
from django.conf import settings

from delivery import erasing
from delivery.expanding import pump
from delivery.models import Attachment, Content, Message, Notification, Recipient
from delivery.states import Status
from notify_project.queue.pumps import Wake
from providers.files import File
from recipients.erasing import person
from tests.delivery.accepted import accepted, email_plan, end
from tests.delivery.crowd import to_each
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
JANE, FRED = "jane@example.org", "fred@example.org"


@pytest.fixture
def tenant():
    return TenantFactory(phone_region="CA")


def look(tenant, *notifications, address: str = JANE) -> erasing.Looked:
    return erasing.erase(person(tenant, address), [one.id for one in notifications])


@pytest.mark.parametrize(
    "changes",
    [
        {"to": (JANE,)},
        {"to": (FRED,), "cc": (JANE,)},
        {"to": (FRED,), "bcc": (JANE,)},
        {"to": (FRED,), "files": (File(f"{JANE}.pdf", "application/pdf", b"x"),)},
        {"to": (FRED,), "files": (File("a.txt", "text/plain", JANE.encode()),)},
    ],
)
def test_it_is_found_by_recipient_and_by_file(tenant, changes):
    one = accepted(tenant, email_plan(**changes))
    end(one)

    assert look(tenant, one).erased == 1
    assert Content.for_tenant(tenant).get().body == {}
    assert not Attachment.for_tenant(tenant).exists()


def test_a_number_is_found_too(tenant):
    one = accepted(tenant, email_plan(channel="sms", to=("+17785550199",)))
    end(one)

    assert look(tenant, one, address="778 555 0199").erased == 1
    assert Recipient.for_tenant(tenant).get().address == "erased"


def test_a_second_look_finds_nothing(tenant):
    one = accepted(tenant)
    end(one)
    look(tenant, one)

    assert look(tenant, one) == erasing.Looked(0, ())


def test_a_message_to_one_number_of_many_is_cancelled_alone(tenant):
    numbers = ("+17785550199", "+17785550198")
    one = accepted(tenant, email_plan(channel="sms", to=numbers))

    found = look(tenant, one, address=numbers[0])

    states = Message.for_tenant(tenant).values_list("state", flat=True)
    assert sorted(states) == [Status.CANCELLED, Status.QUEUED]
    assert found.waiting == (one.id,)


def test_a_mail_that_would_have_no_reader_is_cancelled(tenant):
    one = accepted(tenant, email_plan(to=(JANE,), cc=(FRED,)))

    look(tenant, one)

    assert Message.for_tenant(tenant).get().state == Status.CANCELLED


def test_words_for_thousands_stay_for_the_others(tenant):
    one = to_each(tenant, JANE, FRED)
    pump(settings.JOBS_LANE, Wake(), threading.Event())
    end(one)
    Notification.for_tenant(tenant).update(rollup_at=None)

    assert look(tenant, one).erased == 1

    assert Content.for_tenant(tenant).get().body["texts"]
    addresses = [row.address for row in Recipient.for_tenant(tenant)]
    assert sorted(addresses) == ["erased", FRED]
