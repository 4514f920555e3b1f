"""The preview's form that sends a test, used as a browser would."""

from __future__ import annotations

import pytest
from django.test import Client

from delivery.models import Notification, Recipient
from events.models import EventType
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.events.test_admin_event_types import page, someone

pytestmark = pytest.mark.django_db
TYPED = {
    "params": '{"name": "Jane", "email": "jane@example.org"}',
    "version": "1",
    "to_email": "me@example.org",
}


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    sample = {"name": "Jane", "email": "jane@example.org"}
    return published(tenant, "AppRec", mail_design(sample_params=sample))


@pytest.fixture
def designer(tenant: Tenant) -> Client:
    return someone(tenant, "designer")


def test_a_designer_sends_a_test_and_sees_what_becomes_of_it(
    designer: Client, event: EventType
):
    offered = designer.get(page(event, "preview")).content.decode()
    answer = designer.post(page(event, "test_send"), TYPED, follow=True)

    assert 'name="to_email"' in offered
    assert "The test is on its way" in answer.content.decode()
    assert "A test send: it went to its designer alone" in answer.content.decode()
    assert Recipient.for_tenant(event.tenant).get().address == "me@example.org"
    assert AuditEntry.across_tenants().filter(action="test-sent").count() == 1
    history = designer.get("/admin/delivery/notification/").content.decode()
    assert ">Test</span>" in history


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"to_email": "nobody"}, "not an e-mail address"),
        ({"to_email": " "}, "Say where the test is to go."),
        ({"params": "{"}, "JSON"),
        ({"params": "{}"}, "Missing in params"),
    ],
)
def test_what_is_wrong_is_told_on_the_page_and_nothing_is_sent(
    designer: Client, event: EventType, typed: dict[str, str], words: str
):
    answer = designer.post(page(event, "test_send"), {**TYPED, **typed})

    assert words in answer.content.decode()
    assert not Notification.for_tenant(event.tenant).exists()


def test_supporters_and_other_tenants_send_no_tests(tenant: Tenant, event: EventType):
    supporter = someone(tenant, "support")
    stranger = someone(tenant_with_mail(), "admin")

    shown = supporter.get(page(event, "preview"))
    refused = supporter.post(page(event, "test_send"), TYPED)

    assert "to_email" not in shown.content.decode()
    assert refused.status_code in (403, 404)
    assert stranger.post(page(event, "test_send"), TYPED).status_code == 404
    assert supporter.get(page(event, "test_send")).status_code in (403, 404, 405)
    assert not Notification.for_tenant(tenant).exists()
