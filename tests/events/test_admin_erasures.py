"""The admin's pages of erasures, used as a browser would."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from delivery.models import Recipient
from events import erasing
from events.models import Erasure
from tenants.models import AuditEntry
from tests.delivery.accepted import accepted, end
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
ADD = "admin:events_erasure_add"
LIST = "admin:events_erasure_changelist"
JANE = "jane@example.org"


@pytest.fixture
def tenant():
    return TenantFactory()


def someone(tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def asked(client: Client, **changes: str):
    values = {"person": JANE, "reason": "She asked us to.", **changes}
    return client.post(reverse(ADD), values, follow=True)


def test_an_administrator_asks_and_a_chore_carries_it_out(tenant):
    end(accepted(tenant))
    client = someone(tenant)

    form = client.get(reverse(ADD)).text
    page = asked(client).content.decode()

    order = Erasure.for_tenant(tenant).get()
    assert order.reason == "She asked us to."
    assert JANE not in page
    erasing.carry_on_all()
    assert Recipient.for_tenant(tenant).get().address == "erased"
    url = reverse("admin:events_erasure_change", args=[order.id])
    shown = client.get(url).content.decode()
    assert "Notifications: 1" in shown
    assert "so that nothing is sent" in shown
    assert "Leave the address out of it." in form
    assert "Leave the address out of it." not in shown, "it is written already"


def test_the_audit_knows_who_asked_and_why_and_not_for_whom(tenant):
    asked(someone(tenant))

    [entry] = AuditEntry.for_tenant(tenant).filter(object_type="events.erasure")
    assert entry.actor_kind == "user"
    assert "She asked us to." in str(entry.changes)
    assert JANE not in str(entry.changes) + entry.object_label


@pytest.mark.parametrize("role", ["designer", "support"])
def test_nobody_else_may_ask_or_look(tenant, role):
    client = someone(tenant, role)

    assert asked(client).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403
    assert not Erasure.for_tenant(tenant).exists()


@pytest.mark.parametrize(
    "changes", [{"person": "somebody"}, {"reason": ""}, {"reason": f"{JANE} asked"}]
)
def test_what_cannot_be_is_refused_beside_its_field(tenant, changes):
    answer = asked(someone(tenant), **changes)

    assert "errorlist" in answer.content.decode() or "errornote" in answer.text
    assert not Erasure.for_tenant(tenant).exists()


def test_a_proof_cannot_be_changed_or_deleted(tenant):
    order = erasing.ask(tenant, JANE, reason="Asked.", asked_by="Ops")
    client = someone(tenant)

    for page in ("change", "delete"):
        url = reverse(f"admin:events_erasure_{page}", args=[order.id])
        client.post(url, {"reason": "Other", "post": "yes"})

    assert Erasure.for_tenant(tenant).get().reason == "Asked."


def test_the_button_says_what_it_does(tenant):
    page = someone(tenant).get(reverse(ADD)).content.decode()

    assert re.search(r'<button type="submit" form="erasure_form"[^>]*>.*Erase', page)
    assert 'name="_continue"' not in page
