"""People in and out as CSV in the admin: looked at first, then all or nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recipients import groups, lists, subscribing
from recipients.models import Group, SubscriberList, Subscription
from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory()


@pytest.fixture
def group(tenant: Tenant) -> Group:
    addresses = ["ann@example.org", "bob@example.org"]
    return groups.create(
        tenant, name="Approvers", channel_code="email", addresses=addresses
    )


@pytest.fixture
def news(tenant: Tenant) -> SubscriberList:
    return lists.create(tenant, name="News")


def someone(tenant: Tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(row: Group | SubscriberList, name: str, *args: str) -> str:
    names = row._meta
    return reverse(
        f"admin:{names.app_label}_{names.model_name}_{name}", args=[row.pk, *args]
    )


def upload(client: Client, row: Any, text: str) -> str:
    file = SimpleUploadedFile("people.csv", text.encode(), "text/csv")
    return client.post(page(row, "csv"), {"file": file}).content.decode()


def apply(client: Client, row: Any, looked_at: str, **more: str) -> Any:
    """What the button of the page sends."""
    [text] = re.findall(
        r'<textarea name="text" hidden>\n(.*?)</textarea>', looked_at, re.S
    )
    [seen] = re.findall(r'name="seen" value="(\w+)"', looked_at)
    given = {"text": text.replace("&quot;", '"'), "seen": seen, "apply": "1", **more}
    return client.post(page(row, "csv"), given, follow=True)


def test_a_file_is_looked_at_and_then_applied(tenant, group):
    client = someone(tenant)

    looked_at = upload(
        client, group, "\ufeffaddress\r\nann@example.org\r\nzoe@example.org"
    )

    assert "zoe@example.org" in looked_at
    assert "bob@example.org" in looked_at
    assert groups.addresses_of(group) == ["ann@example.org", "bob@example.org"]
    apply(client, group, looked_at)
    assert groups.addresses_of(group) == ["ann@example.org", "zoe@example.org"]
    entry = AuditEntry.for_tenant(tenant).get(action="imported")
    assert entry.changes["added"] == {"before": None, "after": 1}
    assert "zoe" not in str(entry.changes)


def test_with_a_wrong_line_nothing_can_be_applied(tenant, group):
    client = someone(tenant)

    looked_at = upload(client, group, "zoe@example.org\nnobody")

    assert "Line 2: " in looked_at
    assert 'name="apply"' not in looked_at
    client.post(page(group, "csv"), {"text": "zoe@example.org\nnobody", "apply": "1"})
    assert groups.addresses_of(group) == ["ann@example.org", "bob@example.org"]


def test_what_changed_since_it_was_looked_at_is_shown_again(tenant, group):
    client = someone(tenant)
    looked_at = upload(client, group, "zoe@example.org")
    groups.change(group, name="Approvers", addresses=["tom@example.org"])

    answer = apply(client, group, looked_at)

    assert "Something changed here meanwhile" in answer.content.decode()
    assert groups.addresses_of(group) == ["tom@example.org"]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"x" * 1_000_001])
def test_what_is_no_such_file_is_told_in_words(tenant, group, data):
    file = SimpleUploadedFile("people.csv", data, "text/csv")

    answer = someone(tenant).post(page(group, "csv"), {"file": file})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_who_is_new_on_a_list_is_asked_unless_their_yes_is_there(tenant, news):
    client = someone(tenant)

    apply(client, news, upload(client, news, "ann@example.org"), yes="ask")
    apply(client, news, upload(client, news, "bob@example.org"), yes="there")

    rows = Subscription.for_tenant(tenant)
    assert {one.address: one.status for one in rows} == {
        "ann@example.org": "pending",
        "bob@example.org": "confirmed",
    }
    told = [one.changes["confirmed"]["after"] for one in imported(tenant)]
    assert told == [False, True]


def imported(tenant: Tenant) -> list[AuditEntry]:
    return list(AuditEntry.for_tenant(tenant).filter(action="imported").order_by("at"))


def test_a_list_is_saved_as_a_file_that_no_spreadsheet_runs(tenant, news):
    subscribing.subscribe(news, channel_code="sms", address="+17787001234")

    answer = someone(tenant).post(page(news, "do", "save_csv"))

    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'+17787001234,sms,pending")
    assert AuditEntry.for_tenant(tenant).filter(action="exported").count() == 1


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_neither_save_nor_take_over(tenant, group, role):
    client = someone(tenant, role)

    assert client.get(page(group, "csv")).status_code == 403
    assert client.post(page(group, "do", "save_csv")).status_code == 403
    assert page(group, "csv") not in client.get(page(group, "change")).text


def test_another_tenants_group_is_not_there(group):
    client = someone(TenantFactory())

    assert client.get(page(group, "csv")).status_code == 404
    assert client.post(page(group, "do", "save_csv")).status_code == 404
