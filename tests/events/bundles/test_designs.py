"""Event types as plain data: what they refer to is named, and found by its name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from events import designing
from events.bundles import designs
from events.bundles.file import CHANNEL, EVENT_TYPE
from events.errors import InvalidBundle
from events.event_types import design_of
from events.models import EventType
from notify_project.errors import Invalid
from providers.models import Account
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import account_of, sender_of, tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def put(tenant: Tenant, entry: Any) -> EventType:
    _word, made = designs.put(tenant, entry, designs.Names.of(tenant), None)
    return made


def mail(**said: Any) -> dict[str, Any]:
    """An event type with one mail."""
    content = {"subject": "Hello", "body": "Words"}
    values = {"recipients": {"to": ["a@example.org"]}, "content": content}
    channel = {**CHANNEL, "values": values, **said}
    return {**EVENT_TYPE, "name": "AppRec", "channels": {"email": channel}}


def test_senders_and_accounts_are_named(tenant: Tenant):
    sender = sender_of(tenant, "parks@example.org")
    account = account_of(tenant, "email", "Bulk mail")
    channel = mail_design().channels["email"]
    design = replace(channel, sender_id=sender.id, account_id=account.id)
    published(tenant, "AppRec", mail_design(), aliases=("app",))
    event = EventType.for_tenant(tenant).get()
    designing.save_draft(event, replace(mail_design(), channels={"email": design}))
    designing.publish(event)

    [entry] = designs.event_types_of(tenant)

    assert entry["aliases"] == ["app"]
    assert entry["channels"]["email"]["sender"] == "parks@example.org"
    assert entry["channels"]["email"]["account"] == "Bulk mail"


def test_a_tenants_own_account_wins_over_the_systems(tenant: Tenant):
    account_of(None, "email", "Mail")

    made = put(tenant, mail(account="mail"))

    assert made.published is not None
    channel = design_of(made.published).channels["email"]
    assert channel.account_id == Account.for_tenant(tenant).get(name="Mail").id


@pytest.mark.parametrize("kind", ["template", "sender", "account"])
def test_what_is_not_there_is_told_with_its_place(tenant: Tenant, kind: str):
    with pytest.raises(Invalid, match=f"^email.{kind}: there is no Nemo here"):
        put(tenant, mail(**{kind: "Nemo"}))


@pytest.mark.parametrize(
    "values",
    [
        {"recipients": []},
        {"recipients": {"to": "a@example.org"}},
        {"recipients": {"to": [{"group": 1}]}},
        {"recipients": {"to": [{"group": "a", "list": "b"}]}},
        {"content": "Words"},
        {"content": {"body": 7}},
        {"headers": []},
        {"attachments": {}},
        {"attachments": ["x"]},
        {"params": []},
    ],
)
def test_what_no_export_has_is_told(tenant: Tenant, values: dict[str, Any]):
    with pytest.raises(InvalidBundle, match="not as an export has it"):
        put(tenant, mail(values=values))


def test_who_is_told_stays_as_it_is_here(tenant: Tenant):
    design = replace(mail_design(), callback={})
    published(tenant, "AppRec", design)
    [entry] = designs.event_types_of(tenant)

    made = put(tenant, {**entry, "tags": ["new"]})

    made.refresh_from_db()
    assert made.published is not None
    after = design_of(made.published)
    assert (after.tags, after.callback) == (("new",), {})


def test_several_troubles_are_told_at_once(tenant: Tenant):
    entry = mail(template="Nemo")
    entry["channels"]["sms"] = {**CHANNEL, "sender": "Nemo"}

    with pytest.raises(Invalid) as refused:
        put(tenant, entry)

    assert len(refused.value.errors) == 2


def test_all_that_is_missing_is_told_at_once(tenant: Tenant):
    entry = mail(template="Nemo", sender="nemo@example.org")
    file = {"template": "Nemo", "filename": "a.pdf", "convertTo": "pdf"}
    to = {"to": ["a@example.org"], "cc": [{"group": "Nemo"}]}
    entry["channels"]["email"]["values"] |= {"attachments": [file], "recipients": to}

    with pytest.raises(Invalid) as refused:
        put(tenant, entry)

    assert {one.field for one in refused.value.errors} == {
        *("email.template", "email.sender", "email.attachments[0].template"),
        "email.recipients.cc[0]",
    }
