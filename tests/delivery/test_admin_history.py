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
from delivery import changing, recording
from delivery.admin import notifications
from delivery.models import Attempt, Message, Notification, Recipient
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

    def page(notification, language="en"):
        url = reverse("admin:delivery_notification_change", args=[notification.id])
        return client.get(url, headers={"Accept-Language": language}).text

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
    until = at + timedelta(days=10)
    there = until.astimezone(ZoneInfo("America/Vancouver"))

    page = shown(notification)

    both = f"{there:%Y-%m-%d %H:%M %Z} ({until:%Y-%m-%d %H:%M} UTC)"
    assert f"The content is deleted after: {both}" in page
    assert "/do/resend/" in page


def test_and_when_they_were_deleted(tenant, shown):
    notification = accepted(tenant)
    end(notification)
    Notification.for_tenant(tenant).update(content_deleted_at=timezone.now())

    page = shown(notification)

    assert "The content was deleted: " in page
    assert "/do/resend/" not in page


def test_of_a_long_history_it_says_that_there_is_more(tenant, shown, monkeypatch):
    monkeypatch.setattr(notifications, "_LEDGER", 1)
    one, two = accepted(tenant), accepted(tenant)
    changing.cancel(two)

    assert "More happened than is listed here" not in shown(one)
    page = shown(two)
    assert "More happened than is listed here" in page
    assert len(timeline(page)) == 2


def test_who_was_left_out_is_told_in_words(tenant, shown):
    notification = accepted(tenant)
    left_out = "email.recipients.cc[1]: 1 left out, on the suppression list (bounced)."
    Notification.for_tenant(tenant).update(warnings=[left_out])

    page = shown(notification)

    assert "E-mail, Copies (cc), 2nd: 1 left out, on the suppression list" in page


def test_who_decided_each_field_is_told_in_words(tenant, shown):
    notification = accepted(tenant)
    decided = {"email.from": "tenant", "email.headers": "event+request", "x": "later"}
    Notification.for_tenant(tenant).update(decided_by=decided)

    page = shown(notification)

    told = page.partition("Who decided each field")[2].partition("</details>")[0]
    rows = [re.sub(r"<[^>]+>", " ", one).split() for one in told.split("<tr>")]
    assert [" ".join(one) for one in rows[1:]] == [
        "E-mail, Sender email.from the tenant&#x27;s defaults",
        "E-mail, Headers email.headers the event type + the call",
        "x later",
    ]


def test_what_became_of_one_recipient_is_spaced_as_the_language_has_it(tenant, shown):
    notification = accepted(tenant)
    said = "Simulated by the sandbox."
    Recipient.for_tenant(tenant).update(state="delivered", detail=said)

    page = shown(notification, language="fr-CA")

    assert "(Livré\u00a0: Simulé par le bac à sable.)" in page
