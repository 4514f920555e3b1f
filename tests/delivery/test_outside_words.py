"""Words of a service: what it will be given, and where its answer goes.

The whole way, with a service that answers, is in tests/journeys/test_outside_words.py.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from delivery import outside_words, resending
from delivery.filling import Filling
from delivery.models import Content, Message, Notification
from delivery.plan import ServicePlan, Wording
from notify_project.db.ids import uuid7
from notify_project.errors import Invalid, Unavailable
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import account_of, again
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
TEXTS = {"subject": "For {d.name}", "body": "Dear {d.name}"}


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    account_of(made, "email.sandbox")
    return made


def service(**changes: Any) -> ServicePlan:
    values: dict[str, Any] = {"required": (), "fixed": {}, "taken": {}, **changes}
    return ServicePlan(id=uuid7(), **values)


def plan(params: dict[str, Any], body_type: str = "text", **changes: Any) -> Any:
    wording = Wording(TEXTS, body_type, "cdogs", service=service(**changes))
    return email_plan(wording=wording, params=params, path="email.")


def asked(one: Any, missing: str = "error") -> Any:
    return outside_words.asked(
        one, one.wording.service, Filling(), missing_params=missing
    )


def kept(tenant: Tenant) -> Message:
    accepted(tenant, plan({"name": "Zoë"}))
    return Message.across_tenants().latest("id")


def test_what_it_is_given_is_fixed_as_plain_json():
    one = plan({"n": "Zoë"}, fixed={"office": "Victoria"}, taken={"name": "n"})

    recipe = json.loads(json.dumps(asked(one)))

    assert recipe["data"] == {"name": "Zoë", "office": "Victoria"}
    assert UUID(recipe["service"]) == one.wording.service.id


@pytest.mark.parametrize(
    ("params", "changes", "field"),
    [
        ({}, {}, "email.content.subject"),
        ({"name": "x"}, {"required": ("number",)}, "email.content.renderer"),
        ({"name": "x", "a-b": 1, "a_b": 2}, {}, "email.content.subject"),
    ],
)
def test_what_it_cannot_do_without_is_told_at_once(params, changes, field):
    with pytest.raises(Invalid) as refused:
        asked(plan(params, **changes))

    assert refused.value.errors[0].field == field


def test_a_tenant_may_let_a_body_have_gaps_and_no_subject():
    with pytest.raises(Invalid) as refused:
        asked(plan({}), missing="empty")

    assert [one.field for one in refused.value.errors] == ["email.content.subject"]


def test_meanwhile_the_words_are_as_they_were_written():
    assert outside_words.unmade(plan({})).texts == TEXTS
    assert outside_words.unmade(plan({})).body_type == "text"
    assert outside_words.unmade(plan({}, "mjml")).body_type == "html"


def test_a_service_that_is_gone_may_come_back():
    with pytest.raises(Unavailable):
        outside_words.filled(asked(plan({"name": "x"})), {})


def test_its_message_waits_for_its_words(tenant: Tenant):
    message = kept(tenant)

    assert again(message).lane == "documents"


def test_what_was_stored_first_stays(tenant: Tenant):
    content = kept(tenant).content_id
    first, second = ({"texts": {"subject": "S", "body": one}} for one in "ab")

    outside_words.keep(content, first)
    outside_words.keep(content, second)

    body = Content.across_tenants().get(id=content).body
    assert body["texts"] == first["texts"]
    assert body["bodyKey"] == "body"
    assert "outside" not in body


def test_one_that_is_sent_again_before_waits_as_well(tenant: Tenant):
    message = kept(tenant)
    original = Notification.across_tenants().get()

    resending.resend(original, [message])

    assert Message.across_tenants().latest("id").lane == "documents"
