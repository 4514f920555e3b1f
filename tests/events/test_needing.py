"""Which params a call has to give, whoever reads them."""

from __future__ import annotations

from typing import Any

import pytest

from events import defaulting, listing
from events.designs import ChannelDesign, Design
from events.models import EventType, SystemDefaults, TenantDefaults
from events.needing import Needs
from providers.models import Service
from templates_app import editing
from tenants.models import Tenant
from tests.events.designed import mail_design, published, template_of
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def needed(event: EventType) -> list[str]:
    assert event.published is not None
    return Needs(event.tenant_id).of(event.published)


def say(tenant: Tenant, template: Any = None, **values: Any) -> None:
    """In the tenant's defaults for mail."""
    row = TenantDefaults(tenant=tenant, channel="email")
    design = ChannelDesign(on=False, template_id=template, values=values)
    defaulting.say(row, design)


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


def test_what_the_defaults_read_has_to_be_given_too(tenant: Tenant):
    event = published(tenant, "AppRec", mail_design())
    system = ChannelDesign(on=False, values={"replyTo": ["{{desk}}"]})
    defaulting.say_for_system(SystemDefaults(channel="email"), system, [])
    say(tenant, recipients={"cc": ["{{manager}}"]}, content={"subject": "{{unread}}"})

    assert needed(event) == ["desk", "email", "manager", "name"]


def test_what_the_defaults_give_need_not_be(tenant: Tenant):
    event = published(tenant, "AppRec", mail_design())
    say(tenant, params={"name": "you"})

    assert needed(event) == ["email"]


def test_the_words_of_a_default_template_are_read(tenant: Tenant):
    template = template_of(
        tenant,
        {"name": "T", "channel": "email", "subject": "{{case}}", "body": "{{words}}"},
    )
    say(tenant, template.id)
    own = {"recipients": {"to": ["{{email}}"]}, "content": {"body": "Dear {{name}}"}}
    design = Design(channels={"email": ChannelDesign(values=own)})
    event = published(tenant, "AppRec", design)

    assert needed(event) == ["case", "email", "name"]


def test_the_files_of_the_defaults_are_read(tenant: Tenant):
    page = {"name": "Letter", "channel": "document", "body": "{{fee}}"}
    letter = template_of(tenant, page)
    event = published(tenant, "AppRec", mail_design())
    made = {"template": str(letter.id), "filename": "{{title}}.pdf"}
    say(tenant, attachments=[{**made, "convertTo": "pdf"}])

    assert needed(event) == ["email", "fee", "name", "title"]


def test_a_channel_that_only_defaults_describe_needs_nothing(tenant: Tenant):
    event = published(tenant, "AppRec", mail_design())
    row = TenantDefaults(tenant=tenant, channel="sms")
    defaulting.say(row, ChannelDesign(values={"content": {"body": "{{phone}}"}}))

    assert needed(event) == ["email", "name"]


def test_words_of_another_language_are_read(tenant: Tenant):
    template = template_of(
        tenant, {"name": "T", "channel": "email", "subject": "s", "body": "b"}
    )
    french = {"fr": {"subject": "{{objet}}", "body": "b"}}
    editing.change(tenant, template.id, variants=french)
    to = {"recipients": {"to": ["a@example.org"]}}
    mail = ChannelDesign(template_id=template.id, values=to)
    event = published(tenant, "AppRec", Design(channels={"email": mail}))

    assert needed(event) == ["objet"]


def test_one_that_says_what_is_locked_is_read_all_the_same(tenant: Tenant):
    event = published(tenant, "AppRec", mail_design(values={"replyTo": ["{{desk}}"]}))
    SystemDefaults(channel="email", locked=["replyTo"]).save()

    assert needed(event) == ["desk", "email", "name"]


def test_a_list_of_any_length_reads_the_defaults_once(
    tenant: Tenant, django_assert_num_queries: Any
):
    template = template_of(
        tenant, {"name": "T", "channel": "email", "subject": "{{case}}", "body": "b"}
    )
    say(tenant, template.id)
    own = {"recipients": {"to": ["{{email}}"]}, "content": {"body": "Dear {{name}}"}}
    design = Design(channels={"email": ChannelDesign(values=own)})
    for number in range(3):
        published(tenant, f"Event{number}", design)
    rows = list(listing.callable_now(tenant.id))
    needs = Needs(tenant.id)

    with django_assert_num_queries(2):
        found = [listing.presented(one, needs)["params"] for one in rows]

    assert found == [["case", "email", "name"]] * 3
