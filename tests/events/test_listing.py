"""What may be named, and the params that it reads."""

from __future__ import annotations

from typing import Any

import pytest

from events import designing, listing
from events.designing import Naming
from events.designs import ChannelDesign, Design
from providers.models import Service
from tenants.models import Tenant
from tests.events.designed import mail_design, published, template_of
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def names(tenant: Tenant) -> list[str]:
    rows = listing.callable_now(tenant.id).order_by("name")
    return [str(listing.presented(one)["name"]) for one in rows]


def test_drafts_and_what_is_off_are_not_listed(tenant: Tenant):
    published(tenant, "On", mail_design())
    designing.switch(published(tenant, "Off", mail_design()), active=False)
    designing.create(tenant, Naming("Draft"), mail_design())

    assert names(tenant) == ["On"]


def test_params_are_those_that_somebody_has_to_give(tenant: Tenant):
    template = template_of(
        tenant,
        {
            "name": "T",
            "channel": "email",
            "subject": "{{greeting}} {{person.name}}",
            "body": "{{office}} {{#each rows}}{{price}}{{/each}}",
        },
    )
    values = {"recipients": {"to": ["{{email}}"]}, "params": {"office": "Victoria"}}
    design = Design(
        params={"greeting": "Hello"},
        params_schema={"required": ["case"], "properties": {"note": {}}},
        channels={
            "email": ChannelDesign(template_id=template.id, values=values),
            "sms": ChannelDesign(on=False, values={"content": {"body": "{{phone}}"}}),
        },
    )
    published(tenant, "Full", design)

    [one] = listing.callable_now(tenant.id)
    shown = listing.presented(one)

    assert shown["channels"] == ["email"]
    assert shown["params"][:2] == ["case", "note"]
    assert {"email", "person.name"} <= set(shown["params"])
    assert not {"greeting", "office", "phone"} & set(shown["params"])


def test_it_is_found_by_name_or_alias(tenant: Tenant):
    published(tenant, "One", mail_design(), aliases=("first",))
    published(tenant, "Two", mail_design())
    rows = listing.callable_now(tenant.id)

    assert [one.name for one in listing.of_name(rows, "FIRST")] == ["One"]
    assert list(listing.of_name(rows, "third")) == []


def test_a_list_of_any_length_takes_the_same_queries(
    tenant: Tenant, django_assert_num_queries: Any
):
    for number in range(4):
        published(tenant, f"Event{number}", mail_design())

    with django_assert_num_queries(4):
        assert len([listing.presented(o) for o in listing.callable_now(tenant.id)]) == 4


def test_params_of_attached_files_are_among_them(tenant: Tenant):
    page = {"name": "Letter", "channel": "document", "body": "{{case}} {{fee}} {{own}}"}
    letter = template_of(tenant, page)
    service = Service(tenant=tenant, provider="documents.http", name="S")
    service.required = ["permit.number"]
    service.save()
    own = {"params": {"own": 1}, "convertTo": "pdf"}
    files = [
        {"template": str(letter.id), "filename": "{{title}}.pdf", **own},
        {"service": str(service.id), "filename": "a.pdf", "convertTo": "pdf"},
    ]
    design = mail_design(values={"attachments": files}, params={"fee": 20})
    published(tenant, "Attached", design)

    [one] = listing.callable_now(tenant.id)

    assert listing.presented(one)["params"] == [
        *("case", "email", "name", "permit.number", "title")
    ]
