"""The admin's pages of defaults, and its start page, used as a browser would."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import SystemDefaults, TenantDefaults
from providers.models import Account, Sender
from recipients import groups
from templates_app import editing
from tenants.models import AuditEntry
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.furnished import Furnished, furnish
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def parks() -> Furnished:
    return furnish("parks")


@pytest.fixture
def admin(parks) -> Client:
    return logged_in(parks.member)


@pytest.fixture
def operator() -> Client:
    return logged_in(UserFactory(is_superuser=True))


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def defaults_of(parks: Furnished) -> TenantDefaults:
    return TenantDefaults.for_tenant(parks.tenant).get(channel="email")


def change(row) -> str:
    name = type(row)._meta.model_name
    return reverse(f"admin:events_{name}_change", args=[row.pk])


def test_values_have_fields_of_their_own(admin, parks):
    row = defaults_of(parks)
    Sender.across_tenants().update(verified_at=timezone.now())

    answer = admin.post(
        change(row),
        {
            "account": str(row.account_id),
            "sender": str(row.sender_id),
            "body_type": "html",
            "engine": "mustache",
            "priority": "low",
            "reply_to": "A@example.org\nb@example.org",
        },
    )

    row.refresh_from_db()
    assert answer.status_code == 302
    assert row.values == {
        "bodyType": "html",
        "defaultRenderer": "mustache",
        "priority": "low",
        "replyTo": ["A@example.org", "b@example.org"],
    }
    assert AuditEntry.for_tenant(parks.tenant).filter(action="changed").exists()


def test_an_emptied_field_says_nothing_and_other_values_stay(admin, parks):
    row = defaults_of(parks)
    row.values = {"priority": "high", "from": "a@example.org"}
    row.save()

    admin.post(change(row), {"account": "", "sender": "", "priority": ""})

    row.refresh_from_db()
    assert row.values == {"from": "a@example.org"}
    assert row.account is None


def test_a_wrong_address_is_told_beside_its_field(admin, parks):
    row = defaults_of(parks)

    page = admin.post(change(row), {"reply_to": "nobody"}).content.decode()

    assert "errornote" in page
    assert "This is not an e-mail address" in page


def test_the_fields_are_those_of_an_event_types_channel(admin, parks):
    row = defaults_of(parks)
    Sender.across_tenants().update(verified_at=timezone.now())
    group = groups.create(
        parks.tenant, name="Clerks", channel_code="email", addresses=[]
    )
    template = editing.create(
        parks.tenant,
        name="Frame",
        channel_code="email",
        draft=editing.Draft("s", "b", "html"),
    )

    answer = admin.post(
        change(row),
        {
            "to": "{{email}}",
            "cc": "group: clerks\nboss@example.org",
            "bcc": "archive@example.org",
            "template": str(template.id),
            "body": "Own words",
            "headers": "X-Team: parks",
            "on_unknown": "hold",
            "params": '{"office": "Victoria"}',
        },
    )

    assert answer.status_code == 302, answer.context["adminform"].errors
    row.refresh_from_db()
    assert row.template == template
    assert row.values == {
        "recipients": {
            "to": ["{{email}}"],
            "cc": [{"group": str(group.id)}, "boss@example.org"],
            "bcc": ["archive@example.org"],
        },
        "content": {"body": "Own words"},
        "headers": {"X-Team": "parks"},
        "onUnknown": "hold",
        "params": {"office": "Victoria"},
    }
    again = admin.get(change(row)).content.decode()
    assert "group: Clerks" in again
    assert 'data-chips="cc"' in again
    listed = admin.get(reverse("admin:events_tenantdefaults_changelist"))
    assert "Copies (cc): group: Clerks, boss@example.org" in listed.content.decode()
    support = logged_in(MembershipFactory(tenant=parks.tenant, role="support").user)
    looked_at = support.get(change(row)).content.decode()
    assert "Copies (cc): group: Clerks, boss@example.org" in looked_at
    assert "Template: Frame" in looked_at


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"params": "{"}, "this is not JSON"),
        ({"headers": "X-Team"}, "has no colon"),
        ({"headers": "Received: x"}, "may not be set"),
        ({"cc": "group: Nobody"}, "there is no group"),
        ({"cc": "list: parks list"}, "A list belongs in to."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(admin, parks, typed, told):
    row = defaults_of(parks)

    answer = admin.post(change(row), {"priority": "low", **typed})

    errors = answer.context["adminform"].errors
    [name] = typed
    assert told in str(errors[name])


def test_the_audit_tells_settings_and_no_addresses(admin, parks):
    row = defaults_of(parks)

    admin.post(change(row), {"priority": "low", "cc": "jane@example.org"})

    entry = AuditEntry.for_tenant(parks.tenant).filter(action="changed").get()
    assert entry.changes["priority"] == {"before": None, "after": "low"}
    assert entry.changes["values"] == "changed"
    assert "jane@example.org" not in str(entry.changes)


def test_the_system_names_no_groups_and_says_so(operator, parks):
    add = f"{reverse('admin:events_systemdefaults_add')}?channel=email"

    page = operator.get(add).content.decode()
    refused = operator.post(add, {"cc": "group: parks group"})
    made = operator.post(
        add, {"bcc": "archive@example.org", "locked": "recipients.bcc"}
    )

    assert "Groups and lists belong to a tenant, so the system has none." in page
    assert 'data-chips-suggest=""' in page
    assert 'name="template"' not in page
    told = str(refused.context["adminform"].errors["cc"])
    assert "Groups and lists belong to a tenant." in told
    assert made.status_code == 302
    row = SystemDefaults.objects.get()
    assert row.values == {"recipients": {"bcc": ["archive@example.org"]}}


def hidden(name: str, answer) -> str:
    """What a hidden field of the page that came holds."""
    found = re.search(rf'name="{name}" value="([0-9a-f]{{32}})"', html_of(answer))
    return found[1] if found else ""


def html_of(answer) -> str:
    return str(answer.content.decode())


def test_of_two_people_in_one_form_the_second_is_told(admin, parks):
    row = defaults_of(parks)
    seen = hidden("seen", admin.get(change(row)))
    admin.post(change(row), {"priority": "low", "seen": seen})

    told = admin.post(change(row), {"priority": "high", "seen": seen})

    row.refresh_from_db()
    assert row.values == {"priority": "low"}
    assert "saved something else since you opened this page" in html_of(told)
    again = {"priority": "high", "seen": hidden("seen", told)}
    assert admin.post(change(row), again).status_code == 302
    row.refresh_from_db()
    assert row.values == {"priority": "high"}


def test_an_operator_is_told_whom_it_stops_and_decides(operator):
    tenant = tenant_with_mail(name="Roads")
    samples = {"email": "jane@example.org", "name": "Jane"}
    published(tenant, "AppRec", mail_design(sample_params=samples))
    row = SystemDefaults(channel="email")
    row.save()
    typed = {"cc": "{{worker}}", "locked": ""}

    told = operator.post(change(row), typed)

    row.refresh_from_db()
    assert row.values == {}
    assert "Roads, AppRec: " in html_of(told)
    assert "save once more" in html_of(told)
    agreed = {"agreed": hidden("agreed", told), "seen": hidden("seen", told)}
    assert operator.post(change(row), {**typed, **agreed}).status_code == 302
    row.refresh_from_db()
    assert row.values == {"recipients": {"cc": ["{{worker}}"]}}


def test_an_operator_who_agreed_to_something_else_is_told_again(operator):
    tenant = tenant_with_mail(name="Roads")
    samples = {"email": "jane@example.org", "name": "Jane"}
    published(tenant, "AppRec", mail_design(sample_params=samples))
    row = SystemDefaults(channel="email")
    row.save()
    told = operator.post(change(row), {"cc": "{{worker}}"})

    other = {"cc": "{{manager}}", "agreed": hidden("agreed", told)}
    answer = operator.post(change(row), other)

    row.refresh_from_db()
    assert row.values == {}
    assert "manager" in html_of(answer)


def test_defaults_that_an_event_type_needs_are_not_deleted(admin, parks):
    row = defaults_of(parks)
    Sender.across_tenants().update(verified_at=timezone.now())
    said = {"subject": "About {{name}}", "sender": str(row.sender_id)}
    admin.post(change(row), said)
    samples = {"email": "jane@example.org", "name": "Jane"}
    body = {"content": {"body": "Dear {{name}}"}}
    event = mail_design(values=body, sample_params=samples)
    published(parks.tenant, "AppRec", event)
    page = reverse("admin:events_tenantdefaults_delete", args=[row.pk])

    told = admin.post(page, {"post": "yes"}, follow=True)

    assert "AppRec" in html_of(told)
    assert defaults_of(parks).pk == row.pk


def test_choices_are_of_the_tenant_and_channel(admin, parks):
    Account(
        tenant=parks.tenant, channel="sms", provider="sms.sandbox", name="Text"
    ).save()
    Account(channel="email", provider="email.sandbox", name="Everybodys").save()
    Sender(tenant=parks.tenant, channel="sms", address="+16045550100").save()

    page = admin.get(change(defaults_of(parks))).content.decode()

    assert "Everybodys" in page
    assert "parks account" in page
    assert "Text</option>" not in page
    assert "+16045550100" not in page


def test_a_channel_has_one_row(admin, parks):
    add = reverse("admin:events_tenantdefaults_add")

    offered = admin.get(add).content.decode()
    again = admin.post(f"{add}?channel=email", {}).content.decode()

    assert "?channel=email" not in offered
    assert "?channel=sms" in offered
    assert "errornote" in again
    assert TenantDefaults.for_tenant(parks.tenant).count() == 1


def test_chat_names_its_destination_and_no_sender(admin):
    add = reverse("admin:events_tenantdefaults_add")

    page = admin.get(f"{add}?channel=msgApp").content.decode()

    assert "Chat, Recipients" in page
    assert 'name="to"' in page
    assert 'name="sender"' not in page
    assert 'name="account"' not in page


def test_support_looks_at_defaults(parks):
    client = logged_in(MembershipFactory(tenant=parks.tenant, role="support").user)
    row = defaults_of(parks)

    assert "reply@parks.example" in client.get(change(row)).content.decode()
    assert client.post(change(row), {}).status_code == 403


def test_the_systems_defaults_are_the_operators(admin, operator):
    add = reverse("admin:events_systemdefaults_add")

    refused = admin.post(f"{add}?channel=sms", {})
    operator.post(
        f"{add}?channel=sms", {"priority": "low", "locked": "account\npriority"}
    )

    row = SystemDefaults.objects.get()
    assert refused.status_code == 403
    assert (row.channel, row.values) == ("sms", {"priority": "low"})
    assert row.locked == ["account", "priority"]
    assert AuditEntry.of_system().count() == 1


def test_the_start_page_tells_what_is_still_to_do():
    tenant = TenantFactory(name="Empty")
    client = logged_in(MembershipFactory(tenant=tenant, role="admin").user)

    page = client.get(reverse("admin:index")).content.decode()

    assert "Empty: ready to send?" in page
    assert "Issue an API key" in page
    assert "check_circle" not in page


def test_what_is_done_has_its_mark_and_the_latest_are_listed(admin, parks):
    page = admin.get(reverse("admin:index")).content.decode()

    assert page.count("check_circle") == 3
    assert f"/{parks.notification.id}/" in page


def test_who_has_no_tenant_is_told_whom_to_ask():
    page = logged_in(UserFactory()).get(reverse("admin:index")).content.decode()

    assert "Ask an administrator of your tenant" in page
