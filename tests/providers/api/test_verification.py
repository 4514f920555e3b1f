"""The link in the mail: looking changes nothing, the button does."""

from __future__ import annotations

import pytest

from providers import senders
from tenants.models import AuditEntry
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender():
    tenant = TenantFactory(name="Forestry & Sons")
    return senders.create(tenant, channel_code="email", address="desk@example.org")


def test_looking_at_the_page_verifies_nothing(client, sender):
    page = client.get(f"/verify/sender/{senders.token(sender)}")

    assert page.status_code == 200
    assert "Forestry &amp; Sons" in page.content.decode()
    sender.refresh_from_db()
    assert sender.verified_at is None


def test_the_button_verifies(client, sender):
    page = client.post(f"/verify/sender/{senders.token(sender)}")

    assert "Thank you" in page.content.decode()
    sender.refresh_from_db()
    assert sender.verified_at is not None


def test_a_broken_link_says_so(client):
    page = client.get("/verify/sender/nonsense")

    assert page.status_code == 404
    assert "does not work" in page.content.decode()


def test_it_is_written_down_once_when_it_was_verified(client, sender):
    for _press in range(2):
        client.post(f"/verify/sender/{senders.token(sender)}")

    entry = AuditEntry.for_tenant(sender.tenant).get()
    assert (entry.action, entry.object_id) == ("verified", str(sender.id))
    assert set(entry.changes) == {"verified_at"}
