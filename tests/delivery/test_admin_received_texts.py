"""What people sent to a tenant's numbers, found by support."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from delivery.models import ReceivedText
from notify_project.db.hashing import address_hash
from tenants.models import AuditEntry
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:delivery_receivedtext_changelist"
JANE, JOE = "+17787001234", "+17787009999"


@pytest.fixture
def tenant():
    return TenantFactory(phone_region="CA")


def in_role(tenant, role):
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def received(tenant, sender=JANE, **values):
    row = ReceivedText(
        tenant=tenant,
        provider="sms.twilio",
        number="+16045550123",
        sender=sender,
        sender_hash=address_hash(tenant.id, sender),
        **{"text": "canary words", **values},
    )
    row.save()
    return row


def listed(client, **query):
    shown = client.get(reverse(LIST), query)
    return {one.pk for one in shown.context["cl"].result_list}


def test_list_and_page_say_who_sent_it_to_which_number(tenant):
    row = received(tenant)
    page = reverse("admin:delivery_receivedtext_change", args=[row.pk])
    client = in_role(tenant, "support")

    for shown in (client.get(reverse(LIST)).text, client.get(page).text):
        assert JANE in shown
        assert "+16045550123" in shown


@pytest.mark.parametrize("written", ["7787001234", "+1 (778) 700-1234"])
def test_it_is_found_by_the_number_as_people_write_it(tenant, written):
    wanted = received(tenant)
    received(tenant, JOE)
    received(TenantFactory(phone_region="CA"))

    assert listed(in_role(tenant, "support"), q=written) == {wanted.pk}


def test_the_list_is_narrowed_to_those_who_want_no_more(tenant):
    wanted = received(tenant, wish="stop", text="STOP")
    received(tenant, JOE)

    assert listed(in_role(tenant, "support"), wish="stop") == {wanted.pk}


def test_the_words_are_shown_to_those_who_may_read_and_each_look_is_recorded(tenant):
    row = received(tenant)
    page = reverse("admin:delivery_receivedtext_change", args=[row.pk])
    look = reverse("admin:delivery_receivedtext_do", args=[row.pk, "look"])
    admin, support = in_role(tenant, "admin"), in_role(tenant, "support")

    shown = admin.post(look).text
    elsewhere = admin.get(page).text + admin.get(reverse(LIST)).text

    assert "canary words" in shown
    assert "canary" not in elsewhere
    assert JANE in elsewhere
    assert support.post(look).status_code == 403
    assert "Show content" not in support.get(page).text
    actions = AuditEntry.for_tenant(tenant).values_list("action", flat=True)
    assert list(actions) == ["content seen"]


def test_a_stop_leads_to_where_it_is_kept(tenant):
    row = received(tenant, wish="stop")
    page = reverse("admin:delivery_receivedtext_change", args=[row.pk])

    shown = in_role(tenant, "support").get(page).text

    kept = reverse("admin:recipients_suppression_changelist")
    assert f"{kept}?q=%2B17787001234" in shown


def test_an_operator_above_all_tenants_is_told_to_choose_one(tenant):
    wanted = received(tenant)
    operator = Client()
    operator.force_login(UserFactory(is_superuser=True))

    assert listed(operator) == {wanted.pk}
    assert "choose a tenant" in operator.get(reverse(LIST)).text
