"""The demo has the event type of document 003, as its examples describe it."""

from __future__ import annotations

import json

import pytest

from events import demonstrating, designing, listing
from events.models import EventType
from recipients.models import Group
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tests.events.scene import account_of, tenant_with_mail
from tests.journeys.examples import fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    made = tenant_with_mail()
    account_of(made, "sms", "Phone")
    return made


def test_it_is_what_document_003_prints(tenant):
    demonstrating.furnish(tenant)

    [given] = fixtures()["eventTypes"]
    wording = {one["name"]: one for one in fixtures()["templates"]}
    event = EventType.for_tenant(tenant).get(name=demonstrating.EVENT)
    assert (event.name, list(designing.naming_of(event).aliases)) == (
        given["name"],
        given["aliases"],
    )
    for row in event.published.channels.all():
        theirs = given[row.channel]
        written = wording[theirs["template"]]
        assert row.template.name == theirs["template"]
        assert row.template.published.subject == written.get("subject", "")
        assert row.template.published.body == written.get(
            "body", written.get("message")
        )
        group = Group.for_tenant(tenant).get(name=demonstrating.GROUP)
        told = json.dumps(row.values["recipients"]).replace(str(group.id), group.name)
        assert json.loads(told) == theirs["recipients"]
    for shown in map(listing.presented, listing.callable_now(tenant.id)):
        read = {one.partition("[")[0] for one in shown["params"]}
        assert read == set(shown["sampleParams"])


def test_the_next_start_changes_nothing(tenant):
    demonstrating.furnish(tenant)
    mail = Template.for_tenant(tenant).get(name=demonstrating.MAIL)
    editing.revise(mail, draft=Draft("My own", "words"))

    demonstrating.furnish(tenant)

    numbers = EventType.for_tenant(tenant).values_list("published__number", flat=True)
    assert list(numbers) == [1, 1]
    assert (
        Template.for_tenant(tenant).get(name=demonstrating.MAIL).published.number == 2
    )
