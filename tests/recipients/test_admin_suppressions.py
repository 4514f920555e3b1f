"""The admin's pages of the suppression list, used as a browser would."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from recipients import suppression
from recipients.models import Suppression
from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
LIST = "admin:recipients_suppression_changelist"
ADD = "admin:recipients_suppression_add"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


@pytest.fixture
def jane(tenant: Tenant) -> Suppression:
    row, _is_new = suppression.suppress(
        tenant, channel_code="email", address="jane@example.org", reason="bounced"
    )
    return row


def someone(tenant: Tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(row: Suppression, name: str, *args: str) -> str:
    return reverse(f"admin:recipients_suppression_{name}", args=[row.pk, *args])


def test_an_address_is_added_by_hand_and_it_is_told_by_whom(tenant: Tenant):
    client = someone(tenant)

    answer = client.post(
        reverse(ADD),
        {
            "channel": "sms",
            "address": "778 700 1234",
            "reason": "stopped",
            "note": "called us",
        },
        follow=True,
    )

    row = Suppression.for_tenant(tenant).get()
    assert (row.address, row.reason, row.note) == (
        "+17787001234",
        "stopped",
        "called us",
    )
    assert "+17787001234" in answer.content.decode()
    assert row.added_by in answer.content.decode()
    entry = AuditEntry.for_tenant(tenant).get()
    assert "+17787001234" not in f"{entry.object_label} {entry.changes}"


def test_what_is_wrong_stands_beside_its_field(tenant: Tenant, jane: Suppression):
    client = someone(tenant)
    given = {"channel": "email", "reason": "bounced", "note": ""}

    for address, said in (("jane", "no @"), ("JANE@example.org", "already")):
        shown = client.post(reverse(ADD), {**given, "address": address})

        assert shown.status_code == 200
        assert said in shown.content.decode()
    assert Suppression.for_tenant(tenant).count() == 1


def test_it_is_searched_by_the_whole_address(tenant: Tenant, jane: Suppression):
    client = someone(tenant)

    for text, there in (("JANE@example.org", True), ("jane", False)):
        shown = client.get(reverse(LIST), {"q": text}).content.decode()

        assert (str(jane.pk) in shown) is there


def test_filters_narrow_the_list(tenant: Tenant, jane: Suppression):
    client = someone(tenant)

    for query, there in (
        ({"reason": "bounced"}, True),
        ({"reason": "stopped"}, False),
        ({"channel": "sms"}, False),
    ):
        shown = client.get(reverse(LIST), query).content.decode()

        assert (str(jane.pk) in shown) is there


def test_a_release_tells_for_what_else_the_address_stands_here(
    tenant: Tenant, jane: Suppression
):
    suppression.suppress(
        tenant, channel_code="email", address="JANE@example.org", reason="opted_out"
    )

    told = someone(tenant).post(
        page(jane, "do", "release"), {"reason": "mended"}, follow=True
    )

    assert "as well as: Opted out" in told.content.decode()


def test_a_release_asks_for_a_reason_and_audits_it(tenant: Tenant, jane: Suppression):
    client, url = someone(tenant), page(jane, "do", "release")

    asked = client.post(url).content.decode()
    empty = client.post(url, {"reason": "  "}).content.decode()

    assert "jane@example.org" in asked
    assert "Say why" in empty
    assert Suppression.for_tenant(tenant).exists()

    told = client.post(url, {"reason": "They mended their mailbox"}, follow=True)

    assert "Released" in told.content.decode()
    assert not Suppression.for_tenant(tenant).exists()
    entry = AuditEntry.for_tenant(tenant).get(action="released")
    assert entry.changes["reason"] == {
        "before": "bounced",
        "after": "They mended their mailbox",
    }
    assert "jane" not in str(entry.changes)
    assert entry.object_label == "E-mail, Bounced: the address does not exist"


def test_after_stop_it_is_told_that_the_carrier_blocks_it_too(tenant: Tenant):
    row, _is_new = suppression.suppress(
        tenant, channel_code="sms", address="7787001234", reason="stopped"
    )

    shown = someone(tenant).post(page(row, "do", "release")).content.decode()

    assert "START" in shown


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_and_touch_nothing(tenant: Tenant, jane: Suppression, role: str):
    client = someone(tenant, role)

    assert "jane@example.org" in client.get(page(jane, "change")).content.decode()
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(page(jane, "do", "release"), {"reason": "x"}).status_code == 403
    assert Suppression.for_tenant(tenant).exists()


def test_no_entry_is_changed_or_deleted_without_a_reason(
    tenant: Tenant, jane: Suppression
):
    client = someone(tenant)

    assert client.post(page(jane, "change"), {"note": "x"}).status_code == 403
    assert client.post(page(jane, "delete"), {"post": "yes"}).status_code == 403
    assert Suppression.for_tenant(tenant).exists()
