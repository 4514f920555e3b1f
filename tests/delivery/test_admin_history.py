"""A notification's page: from the call to the receipt, and how long words are kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callbacks.models import Callback, Endpoint
from delivery import recording
from delivery.models import Attempt, Message, Notification
from tests.delivery.accepted import accepted, end
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return TenantFactory(time_zone="America/Vancouver", content_retention_days=10)


@pytest.fixture
def shown(tenant):
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role="support").user)

    def page(notification):
        url = reverse("admin:delivery_notification_change", args=[notification.id])
        return client.get(url).text

    return page


def timeline(page):
    listed = page.partition('class="notify-timeline"')[2].partition("</ol>")[0]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", one).split())
        for one in listed.split("</li>")[:-1]
    ]


def test_it_begins_with_the_call_and_tells_of_its_duplicates(tenant, shown):
    notification = accepted(tenant)
    recording.record_repeat(notification, "order-7-again")

    told = timeline(shown(notification))

    assert "The call came in." in told[0]
    assert "Accepted and queued." in told[1]
    assert "The same call came once more" in told[2]
    assert "order-7-again" in told[2]


def test_each_moment_names_its_day_for_a_message_may_wait_for_days(tenant, shown):
    at = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    notification = accepted(tenant, at=at)
    message = Message.for_tenant(tenant).get()
    began = at + timedelta(days=3)
    Attempt(tenant=tenant, message=message, number=1, started_at=began).save()

    page = shown(notification)

    # The evening before in Vancouver.
    assert "2026-03-01 20:00:00 2026-03-02 04:00:00 UTC" in timeline(page)[0]
    assert "2026-03-04 20:00:00" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("delivered", "A program of yours was told."),
        ("failed", "could not be told."),
        ("queued", "is being told."),
    ],
)
def test_what_programs_were_told_stands_there(tenant, shown, state, words):
    notification = accepted(tenant)
    endpoint = Endpoint(
        tenant=tenant, url="https://app.example.org/hook?key=canary", secret="s"
    )
    endpoint.save()
    Callback(
        tenant=tenant,
        endpoint=endpoint,
        event_id=uuid4(),
        type="notification.failed",
        subject=Message.for_tenant(tenant).get().id,
        body="{}",
        lane="callbacks",
        state=state,
        http_status=503,
    ).save()

    page = shown(notification)

    [told] = [one for one in timeline(page) if "program of yours" in one]
    assert words in told
    assert "notification.failed, app.example.org, HTTP 503" in told
    assert "canary" not in page
    made = Callback.for_tenant(tenant).get()
    assert reverse("admin:callbacks_callback_change", args=[made.pk]) in page


def test_a_failure_says_what_to_tell_and_what_to_do(tenant, shown):
    notification = accepted(tenant)
    Message.for_tenant(tenant).update(state="failed", error_code="550 5.1.1")

    page = shown(notification)

    assert "What to tell the person" in page
    assert "Ask for another address" in page


def test_what_arrived_needs_no_advice(tenant, shown):
    notification = accepted(tenant)
    end(notification)

    assert "What to tell the person" not in shown(notification)


def test_the_page_says_until_when_the_words_are_kept(tenant, shown):
    at = timezone.now()
    notification = accepted(tenant, at=at)
    # By the tenant's clock.
    until = (at + timedelta(days=10)).astimezone(ZoneInfo("America/Vancouver"))

    page = shown(notification)

    assert f"The content is deleted after: {until:%Y-%m-%d %H:%M}" in page


def test_and_when_they_were_deleted(tenant, shown):
    notification = accepted(tenant)
    end(notification)
    Notification.for_tenant(tenant).update(content_deleted_at=timezone.now())

    assert "The content was deleted: " in shown(notification)
