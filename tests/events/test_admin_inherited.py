"""The event type's form tells what its empty fields inherit, and from which layer."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from events.designs import Design
from events.models import EventType, SystemDefaults, TenantDefaults
from providers.models import Account, Sender
from recipients import groups
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import account_of, sender_of, tenant_with_mail
from tests.events.test_admin_event_types import page, someone
from tests.tenants.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def test_empty_fields_show_the_value_and_its_layer(tenant: Tenant):
    sender = sender_of(tenant, "desk@example.org")
    values = {"replyTo": ["ask@example.org"], "priority": "high"}
    row = TenantDefaults(tenant=tenant, channel="email", sender=sender, values=values)
    row.account = account_of(tenant, "email", "Own mail")
    row.save()
    SystemDefaults(channel="sms", values={"onUnknown": "hold"}).save()
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    for words in (
        "desk@example.org (from the tenant&#x27;s defaults)",
        "Own mail (from the tenant&#x27;s defaults)",
        "High: before everything else (from the tenant&#x27;s defaults)",
        "ask@example.org (from the tenant&#x27;s defaults)",
        "Stop and let a person decide (from the system&#x27;s defaults)",
    ):
        assert words in shown, words


def test_what_cannot_be_used_any_more_is_told_by_its_name(tenant: Tenant):
    sender = sender_of(tenant, "old@example.org", verified=False)
    row = TenantDefaults(tenant=tenant, channel="email", sender=sender)
    row.account = account_of(tenant, "email", "Old mail", active=False)
    row.save()
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    for name in ("old@example.org", "Old mail"):
        assert f"{name}, which cannot be used now (from the" in shown
    assert str(sender.pk) not in shown


def test_what_was_chosen_and_cannot_be_used_now_stays_until_another_is(tenant: Tenant):
    account = account_of(tenant, "email", "Own mail")
    mail = mail_design().channels["email"]
    design = Design(channels={"email": replace(mail, account_id=account.id)})
    event = published(tenant, "AppRec", design)
    Account.for_tenant(tenant).filter(pk=account.pk).update(active=False)
    client = someone(tenant, "designer")

    shown = client.get(page(event))
    form = shown.context["adminform"].form
    choices = dict(form.fields["email_account"].choices)

    assert form["email_account"].value() == str(account.pk)
    assert choices[str(account.pk)] == "Own mail, which cannot be used now"


def test_what_no_layer_says_is_told_as_it_will_be(tenant: Tenant):
    """The default sender and the choice among accounts belong to no layer."""
    sender_of(tenant, "desk@example.org", is_default=False)
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    [default] = Sender.for_tenant(tenant).filter(is_default=True)
    assert f"{default} (the default sender)" in html.unescape(shown)
    assert "desk@example.org (the default sender)" not in shown
    assert "Any, by tier and points" in shown


def test_without_defaults_nothing_is_told(tenant: Tenant):
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    assert "(from the" not in shown


def test_what_a_field_replaces_is_told_below_it(tenant: Tenant):
    values = {"priority": "high"}
    TenantDefaults(tenant=tenant, channel="email", values=values).save()
    event = published(tenant, "AppRec", mail_design(values={"priority": "low"}))

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    words = "High: before everything else (from the tenant&#x27;s defaults)"
    assert f"Instead of: {words}" in shown


def test_the_tenants_defaults_show_what_the_system_says(tenant: Tenant):
    system = account_of(None, "email", "System mail")
    values = {"priority": "low", "replyTo": ["ask@example.org", "<b>"]}
    SystemDefaults(
        channel="email", account=system, values=values, locked=["replyTo"]
    ).save()
    own = TenantDefaults(tenant=tenant, channel="email")
    own.values = {"priority": "high", "replyTo": ["own@example.org"]}
    own.save()
    client = someone(tenant, "designer")

    form = client.get(f"/admin/events/tenantdefaults/{own.pk}/change/")
    listed = client.get("/admin/events/tenantdefaults/").content.decode()

    shown = form.content.decode()
    low = "Low: after everything else (from the system&#x27;s defaults)"
    assert f"Instead of: {low}" in shown
    assert "ask@example.org, &lt;b&gt; (from the system&#x27;s defaults)" in shown
    assert "<b>" not in shown
    assert "The system keeps this for itself." in shown
    assert form.context["adminform"].form.fields["reply_to"].disabled
    assert "What stands here goes when you save." in shown
    assert "What the system says" in listed
    assert "Account: System mail" in listed


def test_the_list_speaks_the_readers_language(tenant: Tenant):
    SystemDefaults(channel="email", values={"priority": "low"}).save()
    TenantDefaults(tenant=tenant, channel="email", values={"priority": "high"}).save()

    listed = someone(tenant, "designer").get(
        "/admin/events/tenantdefaults/", headers={"Accept-Language": "fr-CA"}
    )

    told = listed.content.decode()
    assert "<div>Priorité\xa0: Haute" in told
    assert "<div>Priorité\xa0: Basse" in told


def test_tenants_people_do_not_change_what_the_system_says(tenant: Tenant):
    row = SystemDefaults(channel="email", values={"priority": "low"})
    row.save()

    answer = someone(tenant, "admin").post(
        f"/admin/events/systemdefaults/{row.pk}/change/", {"priority": "high"}
    )

    assert answer.status_code == 404


def test_an_event_type_shows_the_recipients_headers_and_params_of_the_defaults(
    tenant: Tenant,
):
    group = groups.create(tenant, name="Clerks", channel_code="email", addresses=[])
    SystemDefaults(
        channel="email",
        values={"headers": {"X-Office": "Victoria"}, "params": {"unit": "A"}},
    ).save()
    cc = [{"group": str(group.id)}, "boss@example.org"]
    values = {"recipients": {"cc": cc}, "params": {"unit": "B"}}
    TenantDefaults(tenant=tenant, channel="email", values=values).save()
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    tenants = "(from the tenant&#x27;s defaults)"
    assert f"group: Clerks, boss@example.org {tenants}" in shown
    assert f"unit: B {tenants}" in shown
    assert "X-Office: Victoria (from the system&#x27;s defaults)" in shown


def test_the_defaults_tell_which_event_types_say_their_own(tenant: Tenant):
    row = TenantDefaults(tenant=tenant, channel="email", values={"priority": "high"})
    row.save()
    low = {"priority": "low"}
    events = [published(tenant, f"E{n}", mail_design(values=low)) for n in range(7)]
    published(tenant, "Silent", mail_design())

    form = someone(tenant, "designer").get(defaults_page(row)).context["adminform"].form

    told = str(form.fields["priority"].help_text)
    assert "7 event types say their own" in told
    assert f'href="{page(events[0])}">E0</a>' in told
    assert "and 2 more" in told
    assert "say their own" not in str(form.fields["cc"].help_text)
    assert "8 event types say their own" in str(form.fields["to"].help_text)


def test_the_system_tells_operators_which_tenants_say_their_own(tenant: Tenant):
    row = SystemDefaults(channel="email", values={"priority": "low"})
    row.save()
    own = TenantDefaults(tenant=tenant, channel="email", values={"priority": "high"})
    own.save()
    operator = Client()
    operator.force_login(UserFactory(is_superuser=True))

    answer = operator.get(f"/admin/events/systemdefaults/{row.pk}/change/")

    told = str(answer.context["adminform"].form.fields["priority"].help_text)
    assert "One tenant says its own" in told
    assert defaults_page(own) in told


@pytest.mark.parametrize(
    ("locked", "closed", "told"),
    [
        ("recipients", ["to", "cc", "bcc"], ""),
        ("recipients.bcc", ["bcc"], ""),
        ("headers.X-Office", [], "The system keeps X-Office for itself."),
    ],
)
def test_a_lock_closes_what_lies_in_it(tenant: Tenant, locked, closed, told):
    SystemDefaults(channel="email", locked=[locked]).save()
    row = TenantDefaults(tenant=tenant, channel="email")
    row.save()

    form = someone(tenant, "admin").get(defaults_page(row)).context["adminform"].form

    assert [name for name, one in form.fields.items() if one.disabled] == closed
    assert told in str(form.fields["headers"].help_text)


def test_an_event_type_opens_where_the_tenant_says_what_was_locked_since(
    tenant: Tenant,
):
    said = {"replyTo": ["own@example.org"], "priority": "high"}
    TenantDefaults(tenant=tenant, channel="email", values=said).save()
    values = {"replyTo": ["system@example.org"]}
    SystemDefaults(channel="email", values=values, locked=["replyTo"]).save()
    event = EventType(tenant=tenant, name="AppRec")
    event.save()
    client = someone(tenant, "designer")

    for address in (page(event), reverse("admin:events_eventtype_add")):
        answer = client.get(address)

        shown = html.unescape(answer.content.decode())
        assert answer.status_code == 200
        assert "system@example.org (from the system's defaults)" in shown
        assert "own@example.org" not in shown
        assert "High: before everything else (from the tenant's defaults)" in shown


def test_what_was_locked_since_goes_when_the_tenant_saves(tenant: Tenant):
    values = {"recipients": {"bcc": ["own@example.org"], "cc": ["c@example.org"]}}
    row = TenantDefaults(tenant=tenant, channel="email", values=values)
    row.save()
    SystemDefaults(channel="email", locked=["recipients.bcc"]).save()

    answer = someone(tenant, "admin").post(
        defaults_page(row), {"bcc": "own@example.org", "cc": "c@example.org"}
    )

    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.values == {"recipients": {"cc": ["c@example.org"]}}


def defaults_page(row: TenantDefaults) -> str:
    return f"/admin/events/tenantdefaults/{row.pk}/change/"
