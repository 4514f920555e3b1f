"""Send again, reschedule, cancel, replay: by whom, with a reason, in the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from delivery import replaying
from delivery.models import Message, Notification, Recipient
from tenants.models import AuditEntry, RefusedCall
from tests.delivery.accepted import accepted, email_plan, end
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
DEAD = "admin:delivery_notification_dead"


@pytest.fixture
def tenant():
    return TenantFactory(time_zone="America/Vancouver")


def in_role(tenant, role):
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def press(client, notification, name, **typed):
    url = reverse("admin:delivery_notification_do", args=[notification.pk, name])
    return client.post(url, typed, follow=True)


def audit(tenant):
    rows = AuditEntry.for_tenant(tenant).order_by("id")
    return [(one.action, one.changes) for one in rows]


def sent(tenant, *plans, **values):
    notification = accepted(tenant, *plans, **values)
    end(notification)
    return notification


def given_up(tenant, code="gave_up"):
    notification = accepted(tenant)
    mine = Message.for_tenant(tenant).filter(notification=notification)
    mine.update(state="dead", error_code=code, finished_at=timezone.now())
    Notification.for_tenant(tenant).filter(id=notification.id).update(status="failed")
    return notification


@pytest.mark.parametrize("name", ["resend", "reschedule", "cancel", "replay"])
def test_each_asks_why_before_it_does_anything(tenant, name):
    client = in_role(tenant, "admin")
    later = timezone.now() + timedelta(days=1)
    row = given_up(tenant) if name == "replay" else accepted(tenant)
    before = Message.for_tenant(tenant).values_list("state", "due_at").get()

    asked = press(client, row, name)
    unanswered = press(client, row, name, reason=" ", message="all", at=str(later))

    assert "Why?" in asked.text
    assert "Say why" in unanswered.text
    assert Message.for_tenant(tenant).values_list("state", "due_at").get() == before
    assert audit(tenant) == []


def test_support_sends_it_again_to_the_same_and_both_pages_say_so(tenant):
    client = in_role(tenant, "support")
    first = sent(tenant)
    message = Message.for_tenant(tenant).get()

    shown = press(
        client, first, "resend", reason="lost in spam", message=str(message.id)
    ).text

    again = Notification.for_tenant(tenant).get(resent_of=first.id)
    assert "Sent again from an earlier notification" in shown
    assert f"/{first.id}/change/" in shown
    first_page = reverse("admin:delivery_notification_change", args=[first.id])
    assert f"/{again.id}/change/" in client.get(first_page).text
    assert "Somebody had an earlier one sent again" in shown
    assert "The call came in." not in shown
    history = reverse("admin:delivery_notification_history", args=[first.id])
    assert "lost in spam" in client.get(history).text
    [(action, changes)] = audit(tenant)
    assert action == "resent"
    assert changes["reason"]["after"] == "lost in spam"
    assert changes["sent again as"]["after"] == str(again.id)


def test_another_address_is_for_those_who_may_see_content(tenant):
    first = sent(tenant)
    message = str(Message.for_tenant(tenant).get().id)
    typed = {"reason": "moved", "message": message, "address": "new@example.org"}

    press(in_role(tenant, "support"), first, "resend", **typed)
    press(in_role(tenant, "admin"), first, "resend", **typed)

    rows = Recipient.for_tenant(tenant).order_by("id")
    assert [one.address for one in rows] == [
        *("jane@example.org", "jane@example.org", "new@example.org")
    ]
    assert "new@example.org" not in str(audit(tenant))


def test_all_of_it_goes_again(tenant):
    first = sent(tenant, email_plan(), email_plan(to=("fred@example.org",)))

    press(in_role(tenant, "admin"), first, "resend", reason="why", message="all")

    again = Notification.for_tenant(tenant).get(resent_of=first.id)
    assert Message.for_tenant(tenant).filter(notification=again).count() == 2


def test_a_refusal_is_told_above_the_form(tenant):
    first = sent(tenant)
    message = str(Message.for_tenant(tenant).get().id)
    typed = {"reason": "moved", "message": message, "address": "nobody"}

    shown = press(in_role(tenant, "admin"), first, "resend", **typed).text

    assert 'role="alert"' in shown
    assert Notification.for_tenant(tenant).count() == 1


def test_rescheduling_reads_the_tenants_clock_and_is_recorded(tenant):
    row = accepted(tenant)

    press(
        in_role(tenant, "designer"),
        row,
        "reschedule",
        reason="office hours",
        at="2099-01-01T09:00",
    )

    row.refresh_from_db()
    assert row.status == "scheduled"
    assert row.scheduled_for.isoformat() == "2099-01-01T17:00:00+00:00"
    [(action, changes)] = audit(tenant)
    assert action == "rescheduled"
    assert changes["reason"]["after"] == "office hours"
    assert changes["scheduled_for"]["before"] == ""


def test_cancelling_stops_what_has_not_left_and_says_why(tenant):
    row = accepted(tenant)

    page = press(in_role(tenant, "designer"), row, "cancel", reason="wrong amount")

    row.refresh_from_db()
    assert "1 cancelled; 0 had left or ended." in page.text
    assert row.status == "cancelled"
    [(action, changes)] = audit(tenant)
    assert action == "cancelled"
    assert changes["reason"]["after"] == "wrong amount"
    assert changes["status"] == {"before": "queued", "after": "cancelled"}


def test_what_left_before_the_reason_was_typed_is_told_above_the_form(tenant):
    row = accepted(tenant)
    client = in_role(tenant, "admin")
    press(client, row, "cancel")
    Message.for_tenant(tenant).update(state="sent")

    page = press(client, row, "cancel", reason="too late")

    assert "every message has left" in page.text
    assert audit(tenant) == []


def test_nothing_goes_again_that_the_audit_would_not_know_of(tenant, monkeypatch):
    first = sent(tenant)
    message = str(Message.for_tenant(tenant).get().id)
    client = in_role(tenant, "admin")
    client.raise_request_exception = False

    def fail(*_arguments, **_options):
        raise DatabaseError("away")

    monkeypatch.setattr(AuditEntry, "save", fail)
    answer = press(client, first, "resend", reason="why", message=message)

    assert answer.status_code == 500
    assert [one.id for one in Notification.for_tenant(tenant)] == [first.id]


def test_a_time_that_is_over_sends_nothing_at_once(tenant):
    """A mistyped year could not be taken back."""
    row = accepted(tenant)
    before = Message.for_tenant(tenant).values_list("state", "due_at").get()
    typed = {"reason": "x", "at": "2020-01-01T09:00"}

    shown = press(in_role(tenant, "admin"), row, "reschedule", **typed).text

    assert "This time is over." in shown
    assert Message.for_tenant(tenant).values_list("state", "due_at").get() == before


def test_support_may_neither_reschedule_nor_replay(tenant):
    client = in_role(tenant, "support")
    later = {"reason": "x", "at": "2099-01-01T09:00"}
    answers = [
        press(client, accepted(tenant), "reschedule", **later),
        press(client, given_up(tenant), "replay", reason="x"),
        client.get(reverse(DEAD)),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403]


def test_one_notification_is_replayed(tenant):
    row, other = given_up(tenant), given_up(tenant)

    press(in_role(tenant, "admin"), row, "replay", reason="mended")

    states = dict(Message.for_tenant(tenant).values_list("notification_id", "state"))
    assert states == {row.id: "queued", other.id: "dead"}
    assert [action for action, _changes in audit(tenant)] == ["replayed"]


def test_dead_letters_are_replayed_by_their_kind(tenant):
    client = in_role(tenant, "admin")
    mended, broken = given_up(tenant, "misconfigured"), given_up(tenant, "poison")
    foreign = given_up(TenantFactory())
    page = client.get(reverse(DEAD))
    kinds = dict(page.context["form"].fields["kinds"].choices)
    wanted = [number for number, words in kinds.items() if "settings" in words]

    client.post(reverse(DEAD), {"kinds": wanted, "reason": "the password is right"})

    states = dict(Message.across_tenants().values_list("notification_id", "state"))
    assert states == {mended.id: "queued", broken.id: "dead", foreign.id: "dead"}
    [(action, changes)] = audit(tenant)
    assert (action, changes["messages"]["after"]) == ("replayed", 1)
    assert changes["reason"]["after"] == "the password is right"


def test_what_was_ticked_is_replayed_whatever_is_given_up_meanwhile(tenant):
    client = in_role(tenant, "admin")
    mended = given_up(tenant, "misconfigured")
    page = client.get(reverse(DEAD))
    [(ticked, _words)] = page.context["form"].fields["kinds"].choices
    poisoned = [given_up(tenant, "poison") for _number in range(2)]

    client.post(reverse(DEAD), {"kinds": [ticked], "reason": "mended"})

    states = dict(Message.for_tenant(tenant).values_list("notification_id", "state"))
    assert states.pop(mended.id) == "queued"
    assert states == {one.id: "dead" for one in poisoned}


def test_two_kinds_at_once_stand_in_one_entry(tenant, monkeypatch):
    """Somebody else has replayed one of them meanwhile: the other one goes out."""
    client = in_role(tenant, "admin")
    mended, gone = given_up(tenant, "misconfigured"), given_up(tenant, "gave_up")
    ticked = [one.name for one in replaying.kinds(tenant)]
    before = replaying.replay

    def late(messages):
        mine = Message.for_tenant(tenant).filter(notification=gone)
        mine.update(state="queued")
        return before(messages)

    monkeypatch.setattr(replaying, "replay", late)
    client.post(reverse(DEAD), {"kinds": ticked, "reason": "mended"})

    mended.refresh_from_db()
    assert mended.status == "queued"
    [(action, changes)] = audit(tenant)
    assert (action, changes["messages"]["after"]) == ("replayed", 1)
    assert len(changes["what"]["after"]) == 2


@pytest.mark.parametrize("bulk", [True, False])
def test_nothing_is_replayed_that_the_audit_would_not_know_of(
    tenant, monkeypatch, bulk
):
    row = given_up(tenant)
    client = in_role(tenant, "admin")
    client.raise_request_exception = False
    [kind] = replaying.kinds(tenant)

    def fail(*_arguments, **_options):
        raise DatabaseError("away")

    monkeypatch.setattr(AuditEntry, "save", fail)
    if bulk:
        client.post(reverse(DEAD), {"kinds": [kind.name], "reason": "mended"})
    else:
        press(client, row, "replay", reason="mended")

    assert Message.for_tenant(tenant).get().state == "dead"


LIST = "admin:delivery_notification_changelist"


def test_the_list_leads_to_dead_letters_where_there_are_some(tenant):
    client = in_role(tenant, "admin")
    before = client.get(reverse(LIST)).text
    given_up(tenant)

    assert reverse(DEAD) not in before
    assert reverse(DEAD) in client.get(reverse(LIST)).text
    assert reverse(DEAD) not in in_role(tenant, "support").get(reverse(LIST)).text


def test_a_search_leads_to_the_call_that_was_refused(tenant):
    RefusedCall(
        tenant=tenant, method="POST", path="/x", status=422, correlation_id="order-7"
    ).save()

    shown = in_role(tenant, "support").get(reverse(LIST), {"q": "order-7"}).text

    assert "was refused" in shown
    assert "/refusedcall/?q=order-7" in shown


def test_without_dead_letters_the_page_says_so(tenant):
    assert "Nothing was given up" in in_role(tenant, "admin").get(reverse(DEAD)).text


def test_an_operator_above_all_tenants_is_asked_to_choose_one():
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    assert "Choose a tenant" in client.get(reverse(DEAD)).text
