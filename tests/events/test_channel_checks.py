"""What is wrong with what a layer says of a channel: each with its field."""

from __future__ import annotations

from typing import Any

import pytest

from events import channel_checks
from events.channel_checks import OF_DEFAULTS, Flaws
from events.designs import ChannelDesign
from recipients import groups
from tests.events.scene import account_of, sender_of, tenant_with_mail

pytestmark = pytest.mark.django_db


def flaws(owner: Any, code: str, one: ChannelDesign, **more: Any) -> list[str]:
    found = Flaws()
    channel_checks.run(owner, code, one, found, **more)
    return sorted(error.field for each in found.found for error in each.errors)


def test_references_are_the_owners_usable_and_of_the_channel():
    tenant, other = tenant_with_mail(), tenant_with_mail()
    unverified = sender_of(tenant, "new@example.org", verified=False)
    theirs = account_of(other, "email", "Theirs")
    text = account_of(tenant, "sms", "Text")

    wrong = ChannelDesign(sender_id=unverified.id, account_id=theirs.id)

    assert flaws(tenant, "email", wrong) == ["email.account", "email.sender"]
    assert flaws(tenant, "email", ChannelDesign(account_id=text.id)) == [
        "email.account"
    ]
    assert flaws(tenant, "sms", ChannelDesign(account_id=text.id)) == []


def test_what_its_recipients_name_is_found():
    tenant = tenant_with_mail()
    group = groups.create(tenant, name="G", channel_code="email", addresses=[])
    named = channel_checks.run(
        tenant,
        "email",
        ChannelDesign(values={"recipients": {"cc": [{"group": "g"}]}}),
        Flaws(),
    )

    assert named == {("group", "g"): group.id}


@pytest.mark.parametrize("name", sorted(OF_DEFAULTS))
def test_what_stands_beside_the_content_is_for_defaults_alone(name):
    value = {"bodyType": "html", "defaultRenderer": "mustache"}[name]
    one = ChannelDesign(values={name: value})
    tenant = tenant_with_mail()

    assert flaws(tenant, "email", one) == [f"email.{name}"]
    assert flaws(tenant, "email", one, more=OF_DEFAULTS) == []


def test_an_unknown_template_language_is_refused():
    one = ChannelDesign(values={"defaultRenderer": "cobol"})

    assert flaws(None, "email", one, more=OF_DEFAULTS) == ["email.defaultRenderer"]


def test_replies_go_to_addresses_and_to_few():
    tenant = tenant_with_mail()
    wrong = ChannelDesign(values={"replyTo": ["nobody", "{{email}}", "a@example.org"]})
    many = ChannelDesign(values={"replyTo": ["a@example.org"] * 6})

    assert flaws(tenant, "email", wrong) == ["email.replyTo[0]"]
    assert flaws(tenant, "email", many) == ["email.replyTo"]


def test_files_are_mails_alone():
    one = ChannelDesign(values={"attachments": [{"template": "x", "filename": "a"}]})

    assert flaws(tenant_with_mail(), "sms", one) == [
        "sms.attachments",
        "sms.attachments[0].template",
    ]


def test_the_system_has_no_region_to_guess_a_country_by():
    one = ChannelDesign(values={"recipients": {"to": ["7787001234"]}})

    assert flaws(None, "sms", one) == ["sms.recipients.to[0]"]
    assert flaws(tenant_with_mail(), "sms", one) == []
