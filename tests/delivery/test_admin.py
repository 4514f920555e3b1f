"""The admin's pages of notifications, used as a browser would."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from delivery.models import Attempt, Content, Message, Notification, Recipient
from tenants.models import AuditEntry
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.crowd import numbered, to_each
from tests.furnished import Furnished, furnish, notify
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:delivery_notification_changelist"


@pytest.fixture
def parks() -> Furnished:
    return furnish("parks")


@pytest.fixture
def admin(parks) -> Client:
    return logged_in(parks.member)


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_role(parks: Furnished, role: str) -> Client:
    return logged_in(MembershipFactory(tenant=parks.tenant, role=role).user)


def page(parks: Furnished, name: str, *args) -> str:
    return reverse(
        f"admin:delivery_notification_{name}", args=[parks.notification.pk, *args]
    )


def frame_in(shown: str) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]+)"', shown)
    assert found is not None
    return found.group(1)


def queue_again(parks: Furnished) -> None:
    """Its message waits, as if nothing had been tried."""
    mine = Message.for_tenant(parks.tenant).filter(notification=parks.notification)
    mine.update(state="queued")
    Notification.for_tenant(parks.tenant).filter(id=parks.notification.id).update(
        status="queued"
    )


def test_the_list_tells_status_and_both_times(admin, parks):
    shown = admin.get(reverse(LIST)).content.decode()

    assert "Failed" in shown
    assert parks.notification.created_at.strftime("%H:%M:%S") + " UTC" in shown
    assert "parks-tag" in shown


@pytest.mark.parametrize(
    "text",
    ["parks-correlation", "parks-tag", "to@parks.example", "TO@parks.example", "id"],
)
def test_found_by_what_one_holds_in_hand(admin, parks, text):
    other = notify(parks.tenant, "other")
    wanted = str(parks.notification.id) if text == "id" else text

    shown = admin.get(reverse(LIST), {"q": wanted}).content.decode()

    assert f"/{parks.notification.id}/" in shown
    assert f"/{other.id}/" not in shown


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"status": "failed"}, 1),
        ({"status": "completed"}, 0),
        ({"channel": "email"}, 1),
        ({"channel": "sms"}, 0),
        ({"created_at__gte": "2000-01-01"}, 1),
        ({"created_at__lt": "2000-01-01"}, 0),
    ],
)
def test_filters(admin, parks, filters, count):
    answer = admin.get(reverse(LIST), filters)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert shown.count(f"/{parks.notification.id}/change/") == count * 2


def test_one_notification_is_told_in_words(admin, parks):
    shown = admin.get(page(parks, "change")).content.decode()

    assert "Accepted and queued." in shown
    assert "to@parks.example" in shown
    assert "parks refused" in shown
    assert "parks answer" in shown
    assert "12 ms" in shown
    assert "America/Vancouver" in shown
    assert "email.from" in shown


def test_a_hold_is_told_in_words(admin, parks):
    message = Message.for_tenant(parks.tenant).first()
    Attempt(
        tenant=parks.tenant,
        message=message,
        number=9,
        outcome="held",
        code="no_account",
        detail="No active account can carry this message.",
    ).save()
    shown = admin.get(page(parks, "change")).content.decode()

    assert "held, nobody was called" in shown
    assert "No active account can carry this message." in shown
    assert "no_account" not in shown


def test_content_is_not_on_the_page_itself(admin, parks):
    assert "parks written" not in admin.get(page(parks, "change")).content.decode()


def test_each_look_at_content_is_recorded(admin, parks):
    shown = admin.post(page(parks, "content")).content.decode()
    frame = frame_in(shown)

    html = admin.get(frame)

    assert "<p>parks written</p>" in html.content.decode()
    assert "sandbox" in html.headers["Content-Security-Policy"]
    entry = AuditEntry.for_tenant(parks.tenant).filter(action="content seen").get()
    assert entry.actor_label == parks.member.email


def test_nobody_looks_by_a_link_alone(admin, parks):
    assert admin.get(page(parks, "content")).status_code == 404
    assert (
        not AuditEntry.for_tenant(parks.tenant).filter(action="content seen").exists()
    )


def test_a_look_is_the_lookers_own(admin, parks):
    shown = admin.post(page(parks, "content")).content.decode()
    frame = frame_in(shown)

    assert admin.get(frame).status_code == 200
    assert in_role(parks, "admin").get(frame).status_code == 404
    assert admin.get(frame.replace("/content/", "/content/x")).status_code == 404


@pytest.mark.parametrize("role", ["designer", "support"])
def test_content_is_for_those_who_have_the_right(parks, role):
    client = in_role(parks, role)

    shown = client.get(page(parks, "change")).content.decode()

    assert "Show content" not in shown
    assert client.post(page(parks, "content")).status_code == 403


def test_what_has_ended_has_no_button_to_cancel(admin, parks):
    assert "/do/cancel/" not in admin.get(page(parks, "change")).content.decode()


def test_who_presses_too_late_is_told_how_it_stands(admin, parks):
    """It was sent while the page was open: that is no want of rights."""
    answer = admin.post(page(parks, "do", "cancel"), follow=True)

    assert answer.redirect_chain == [(page(parks, "change"), 302)]
    assert "Nothing was done: it is too late." in answer.text


def test_support_does_not_cancel(parks):
    queue_again(parks)

    assert (
        in_role(parks, "support").post(page(parks, "do", "cancel")).status_code == 403
    )


def test_nothing_is_added_changed_or_deleted(admin, parks):
    add = reverse("admin:delivery_notification_add")

    assert admin.post(add, {}).status_code == 403
    assert admin.post(page(parks, "change"), {}).status_code == 403
    assert admin.post(page(parks, "delete"), {"post": "yes"}).status_code == 403


def test_an_operator_above_all_is_told_to_choose_for_addresses(parks):
    operator = logged_in(UserFactory(is_superuser=True))

    shown = operator.get(reverse(LIST), {"q": "to@parks.example"}).content.decode()

    assert "choose a tenant" in shown


def test_lists_and_pages_stay_cheap(admin, parks, django_assert_max_num_queries):
    for number in range(12):
        notify(parks.tenant, f"more{number}")

    for url in (reverse(LIST), page(parks, "change")):
        with django_assert_max_num_queries(15):
            admin.get(url)


def test_a_wait_is_told_with_its_reason_and_its_next_try(admin, parks):
    queue_again(parks)
    mine = Message.for_tenant(parks.tenant).filter(notification=parks.notification)
    mine.update(
        hold_reason="no_account", error_code="no_account", due_at="2099-01-01T00:00:00Z"
    )

    shown = admin.get(page(parks, "change")).content.decode()

    assert "No active account can carry this message. Add one" in shown
    assert "Next try" in shown
    assert "no_account" not in shown


def test_a_test_keys_notification_says_that_it_reached_nobody(admin, parks):
    own = Notification.for_tenant(parks.tenant).filter(id=parks.notification.id)
    own.update(key_type="test")

    shown = admin.get(page(parks, "change")).content.decode()
    listed = admin.get(reverse(LIST)).content.decode()

    assert "reached nobody" in shown
    assert "Test: never reaches a provider" in shown
    assert ">Test<" in listed


def test_an_attempt_is_told_by_names_and_sentences(admin, parks):
    shown = admin.get(page(parks, "change")).content.decode()

    assert "SMTP" in shown
    assert "email.smtp" not in shown
    assert "(code 550)" in shown


def test_a_large_fan_out_is_told_by_counts(admin, parks):
    notification = to_each(parks.tenant, *numbered(120))

    url = reverse("admin:delivery_notification_change", args=[notification.id])
    shown = admin.get(url).content.decode()

    assert "everybody" in shown
    assert "<dd>120</dd>" in shown


def crowd_of(parks, count=60):
    """To numbered people, one message each."""
    plans = [email_plan(to=(one,)) for one in numbered(count)]
    return accepted(parks.tenant, *plans)


def test_one_person_is_found_among_many_and_is_sent_theirs_again(parks):
    notification = crowd_of(parks)
    client = in_role(parks, "support")
    url = reverse("admin:delivery_notification_change", args=[notification.id])
    last = "person59@example.org"

    first = client.get(url).text
    found = client.get(url, {"person": "PERSON59@example.org"}).text
    from_list = client.get(url, {"_changelist_filters": f"q={last}"}).text
    nobody = client.get(url, {"person": "gone@example.org"}).text

    assert "person0@example.org" in first
    assert last not in first
    for page_of_one in (found, from_list):
        assert last in page_of_one
        assert "person0@example.org" not in page_of_one
    assert "No message of it goes to this address" in nobody

    [only] = re.findall(r'name="only" value="([^"]+)"', found)
    again = reverse("admin:delivery_notification_do", args=[notification.id, "resend"])
    asked = client.post(again, {"only": only})
    assert re.findall(r'name="only" value="([^"]+)"', asked.text) == [only]
    client.post(again, {"only": only, "message": only, "reason": "lost"})
    repeat = Notification.for_tenant(parks.tenant).get(resent_of=notification.id)
    mine = Recipient.for_tenant(parks.tenant).filter(message__notification=repeat)
    assert [one.address for one in mine] == [last]


@pytest.mark.parametrize("only", ["", "x", str(UUID(int=7))])
def test_a_message_that_is_not_its_own_cannot_be_sent_again(parks, only):
    notification = crowd_of(parks, 2)
    foreign = str(Message.for_tenant(crowd_of(furnish("rivers"), 1).tenant).last().pk)
    url = reverse("admin:delivery_notification_do", args=[notification.id, "resend"])

    for one in (only, foreign):
        typed = {"only": one, "message": one, "reason": "why"}
        answer = in_role(parks, "support").post(url, typed)
        assert answer.status_code == 200

    repeats = Notification.across_tenants().filter(resent_of=notification.id)
    assert not repeats.exists()


def test_support_sees_what_it_was_made_of(parks):
    parts = {
        "madeOf": {"Letter": 3, "Frame": 1},
        "named": [["group", "Approvers"], ["list", "News"]],
        "locale": "fr",
    }
    content = Content.for_tenant(parks.tenant).get()
    content.body = {**content.body, **parts}
    content.save()
    Notification.for_tenant(parks.tenant).update(event_type="AppRec", event_version=4)

    shown = in_role(parks, "support").get(page(parks, "change")).content.decode()

    for text in ("Letter, version 3", "Frame, version 1", "Approvers", "News", ">fr<"):
        assert text in shown
    assert re.search(r"AppRec.*version 4", shown)


def test_the_list_is_narrowed_to_an_event_type(parks, admin):
    notify(parks.tenant, "second")
    mine = Notification.for_tenant(parks.tenant)
    mine.filter(id=parks.notification.id).update(event_type="AppRec")

    for name in ("AppRec", "apprec"):  # names are one in any case, as for programs
        shown = admin.get(reverse(LIST), {"event_type": name}).text

        assert "parks-correlation" in shown
        assert "second-correlation" not in shown
