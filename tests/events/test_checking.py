"""What is wrong with a design is said when it is saved, with its field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events import checking
from events.designs import ChannelDesign, Design
from events.errors import InvalidDesign
from recipients import groups, lists
from tenants.models import Tenant
from tests.events.designed import mail_design, template_of
from tests.events.scene import account_of, sender_of, tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
NOBODYS = UUID("019a0000-0000-7000-8000-0000000000aa")


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def wrong(tenant: Tenant, design: Design) -> dict[str, str]:
    with pytest.raises(InvalidDesign) as caught:
        checking.ensure_sound(tenant, "AppRec", design)
    return {one.field: one.message for one in caught.value.errors}


def test_a_list_is_named_in_to_alone(tenant: Tenant):
    news = lists.create(tenant, name="News")
    sound = mail_design(
        values={
            "recipients": {"to": [{"list": "news"}]},
            "content": {"subject": "Hello", "body": "Bye: {{unsubscribeUrl}}"},
        }
    )
    copies = {"to": ["a@example.org"], "cc": [{"list": "News"}]}

    named = checking.ensure_sound(tenant, "News", sound)

    assert named == {"email": {("list", "news"): news.id}}
    assert "belongs in to" in told(tenant, copies)["email.recipients.cc[0]"]
    unknown = told(tenant, {"to": [{"list": "Old"}]})
    assert "there is no list" in unknown["email.recipients.to[0]"]


def told(tenant: Tenant, recipients: dict[str, Any]) -> dict[str, str]:
    return wrong(tenant, mail_design(values={"recipients": recipients}))


def test_a_sound_design_tells_which_groups_it_names(tenant: Tenant):
    group = groups.create(
        tenant, name="G", channel_code="email", addresses=["g@example.org"]
    )
    to = ["{{email}}", {"group": "g"}, {"group": str(group.id)}]
    design = mail_design(values={"recipients": {"to": to}})

    assert checking.ensure_sound(tenant, "AppRec", design) == {
        "email": {("group", "g"): group.id, ("group", str(group.id)): group.id}
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"recipients": {"to": ["nobody"]}}, "email.recipients.to[0]"),
        ({"recipients": {"cc": ["{{a"]}}, "email.recipients.cc[0]"),
        ({"recipients": {"bcc": [{"group": "N"}]}}, "email.recipients.bcc[0]"),
        ({"content": {"body": "{{#if a}}"}}, "email.content.body"),
        ({"content": {"body": "{{> none}}"}}, "email.content.body"),
        ({"content": {"text": "x"}}, "email.content.text"),
        ({"content": {"bodyType": "rtf"}}, "email.content.bodyType"),
        ({"content": {"body": "b", "renderer": "x"}}, "email.content.renderer"),
        ({"headers": {"Bcc": "a@example.org"}}, "email.headers"),
        ({"priority": "urgent"}, "email.priority"),
        ({"onUnknown": "panic"}, "email.onUnknown"),
        ({"recipient": {}}, "email.recipient"),
    ],
)
def test_each_value_is_looked_at(tenant: Tenant, values: dict[str, Any], field: str):
    found = wrong(tenant, mail_design(values=values))

    assert field in found, found


@pytest.mark.parametrize("name", ["template", "sender", "account"])
def test_references_are_the_tenants_and_the_channels(tenant: Tenant, name: str):
    other = TenantFactory()
    mine: dict[str, Any] = {
        "template": template_of(
            tenant, {"name": "T", "channel": "sms", "message": "m"}
        ).id,
        "sender": sender_of(tenant, "+17787001234", channel="sms").id,
        "account": account_of(tenant, "sms", "Phone").id,
    }
    theirs: dict[str, Any] = {
        "template": template_of(
            other, {"name": "T", "channel": "email", "subject": "s", "body": "b"}
        ).id,
        "sender": sender_of(other, "theirs@example.org").id,
        "account": account_of(other, "email", "Theirs").id,
    }

    for identity in (mine[name], theirs[name], NOBODYS):
        named: dict[str, Any] = {f"{name}_id": identity}
        design = Design(channels={"email": ChannelDesign(**named)})
        assert list(wrong(tenant, design)) == [f"email.{name}"]


def test_an_unverified_sender_is_refused(tenant: Tenant):
    sender = sender_of(tenant, "new@example.org", verified=False)

    design = Design(channels={"email": ChannelDesign(sender_id=sender.id)})

    assert list(wrong(tenant, design)) == ["email.sender"]


@pytest.mark.parametrize(
    ("design", "field"),
    [
        (Design(), "channels"),
        (Design(channels={"email": ChannelDesign(on=False)}), "channels"),
        (Design(channels={"email": ChannelDesign()}), "email"),
        (Design(channels={"fax": ChannelDesign(values={"a": 1})}), "channels"),
        (mail_design(urgency="soon"), "urgency"),
        (mail_design(expires_after_seconds=-1), "expires_after_seconds"),
        (mail_design(window_seconds=10**9), "window_seconds"),
        (mail_design(params_schema={"type": "x"}), "params_schema"),
    ],
)
def test_the_whole_is_looked_at_too(tenant: Tenant, design: Design, field: str):
    assert field in wrong(tenant, design)


def test_sample_params_rehearse_a_call(tenant: Tenant):
    well = {"name": "Jane", "email": "jane@example.org"}
    schema = {"properties": {"name": {"type": "integer"}}}

    checking.ensure_sound(tenant, "AppRec", mail_design(sample_params=well))

    bad = {"name": "Jane", "email": "jane"}
    assert list(wrong(tenant, mail_design(sample_params=bad))) == [
        "email.recipients.to[0]"
    ]
    missing = wrong(tenant, mail_design(sample_params={"email": "jane@example.org"}))
    assert set(missing) == {"email.content.subject", "email.content.body"}
    misfit = mail_design(sample_params=well, params_schema=schema)
    assert list(wrong(tenant, misfit)) == ["params.name"]


def test_without_samples_what_is_missing_is_not_known(tenant: Tenant):
    checking.ensure_sound(tenant, "AppRec", mail_design())
