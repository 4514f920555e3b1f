"""What one tenant has designed is taken over by another: all of it, or nothing."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from events import checking, demonstrating, designing
from events.bundles import carrying, file
from events.errors import InvalidBundle
from events.event_types import design_of
from events.models import EventType
from recipients import groups
from templates_app import editing, images
from templates_app.drafts import Draft
from templates_app.models import Image, Template
from tenants.models import Tenant
from tests.events.scene import account_of, sender_of, tenant_with_mail
from tests.templates_app.drawn import png

pytestmark = pytest.mark.django_db


def sending() -> Tenant:
    """A tenant that can send mail and text messages."""
    made = tenant_with_mail()
    sender_of(made, "+16045550123", channel="sms", is_default=True)
    account_of(made, "sms", "Texts")
    return made


@pytest.fixture
def here() -> Tenant:
    """Has designed a good deal."""
    made = sending()
    demonstrating.furnish(made)
    images.create(made, name="logo", data=png())
    layout = _layout(made)
    editing.create(
        made,
        name="Welcome",
        channel_code="email",
        draft=Draft(
            subject="Hello",
            body="<p>Hello {{name}}</p>",
            body_type="html",
            layout=layout.id,
            variants={"fr": {"subject": "Bonjour", "body": "<p>Bonjour {{name}}</p>"}},
        ),
    )
    return made


def _layout(tenant: Tenant) -> Template:
    """It shows an image and calls a partial, which calls another."""
    for name, body in (("address", "1 Main St"), ("foot", "<p>{{> address}}</p>")):
        editing.create(
            tenant,
            name=name,
            channel_code="email",
            purpose="partial",
            draft=Draft(body=body),
        )
    body = '<img src="cid:logo">\n{{> content}}\n{{> foot}}'
    return editing.create(
        tenant,
        name="Letterhead",
        channel_code="email",
        purpose="layout",
        draft=Draft(body=body, body_type="html"),
    )


@pytest.fixture
def there() -> Tenant:
    """Has the group that is written to, and nothing designed."""
    made = sending()
    groups.create(
        made,
        name=demonstrating.GROUP,
        channel_code="email",
        addresses=["boss@example.org"],
    )
    return made


def through_a_file(tenant: Tenant) -> file.Bundle:
    return file.read(file.written(carrying.of(tenant)).encode())


def said(tenant: Tenant, name: str = demonstrating.EVENT) -> Any:
    found = EventType.for_tenant(tenant).get(name=name).published
    assert found is not None
    return design_of(found)


def test_all_that_was_published_is_there_afterwards(here: Tenant, there: Tenant):
    done = carrying.take_over(there, through_a_file(here))

    assert {word for word, _row in done} == {"created"}
    assert carrying.of(there) == carrying.of(here)
    assert carrying.compare(there, through_a_file(here)) == []
    sent = checking.rehearse(there, "e", said(there), said(there).sample_params)
    told = {each.normalised for one in sent.channels for each in one.addresses}
    assert "boss@example.org" in told


def test_once_more_changes_nothing(here: Tenant, there: Tenant):
    carrying.take_over(there, through_a_file(here))

    assert carrying.take_over(there, through_a_file(here)) == []
    assert EventType.for_tenant(there).first().versions.count() == 1  # type: ignore[union-attr]


def test_a_difference_names_the_field_and_its_lines(here: Tenant, there: Tenant):
    carrying.take_over(there, through_a_file(here))
    welcome = Template.for_tenant(here).get(name="Welcome")
    editing.change(here, welcome.id, body="<p>Good day {{name}}</p>", subject="Hello")

    [found] = carrying.compare(there, through_a_file(here))

    assert (found.kind, found.name, found.is_new) == ("templates", "Welcome", False)
    assert list(found.changes) == ["body"]
    assert found.changes["body"][1:] == [
        "-<p>Hello {{name}}</p>",
        "+<p>Good day {{name}}</p>",
    ]


def test_what_changed_is_published_as_a_version_that_one_can_go_back_from(
    here: Tenant, there: Tenant
):
    carrying.take_over(there, through_a_file(here))
    event = EventType.for_tenant(here).get(name=demonstrating.EVENT)
    designing.save_draft(event, replace(said(here), tags=("new",)))
    designing.publish(event)

    done = carrying.take_over(there, through_a_file(here))

    theirs = EventType.for_tenant(there).get(name=demonstrating.EVENT)
    assert done == [("changed", theirs)]
    assert said(there).tags == ("new",)
    designing.roll_back(theirs, 1)
    assert said(there).tags == ()


def test_what_is_missing_is_told_all_at_once_and_nothing_is_made(here: Tenant):
    bare = sending()

    with pytest.raises(InvalidBundle) as refused:
        carrying.take_over(bare, through_a_file(here))

    assert demonstrating.EVENT in refused.value.errors[0].message
    assert demonstrating.GROUP in refused.value.errors[0].message
    assert not Template.for_tenant(bare).exists()
    assert not Image.for_tenant(bare).exists()


def test_what_is_missing_is_told_before_it_is_taken_over(here: Tenant):
    bare = sending()

    found = carrying.troubles(bare, through_a_file(here))

    assert list(found) == [("eventTypes", demonstrating.EVENT)]
    [trouble] = found["eventTypes", demonstrating.EVENT]
    assert trouble.field == "email.recipients.cc[0]"
    assert demonstrating.GROUP in trouble.message
    assert carrying.of(bare) == {"images": [], "templates": [], "eventTypes": []}


def test_where_nothing_is_missing_nothing_is_told_and_nothing_is_made(
    here: Tenant, there: Tenant
):
    assert carrying.troubles(there, through_a_file(here)) == {}
    assert not Template.for_tenant(there).exists()
    carrying.ensure_possible(there, through_a_file(here))


def test_what_is_not_possible_is_refused_as_taking_it_over_is(here: Tenant):
    bare, wanted = sending(), through_a_file(here)

    with pytest.raises(InvalidBundle) as looked:
        carrying.ensure_possible(bare, wanted)
    with pytest.raises(InvalidBundle) as tried:
        carrying.take_over(bare, wanted)

    assert looked.value.errors == tried.value.errors


def test_a_draft_stays_at_home(here: Tenant):
    drafted = EventType.for_tenant(here).get(name=demonstrating.EVENT)
    copy = designing.copy(drafted, "copied")

    names = [one["name"] for one in carrying.of(here)["eventTypes"]]

    assert copy.name not in names


def test_a_name_that_is_something_else_here_is_told(here: Tenant, there: Tenant):
    editing.create(there, name="welcome", channel_code="sms", draft=Draft(body="Hi"))

    with pytest.raises(InvalidBundle, match="is a Template for sms"):
        carrying.take_over(there, through_a_file(here))


def test_a_picture_that_is_none_is_told(there: Tenant):
    nonsense = base64.b64encode(b"no picture").decode()
    entry = {"name": "logo", "description": "", "content": nonsense}
    bundle = {"images": [entry], "templates": [], "eventTypes": []}

    with pytest.raises(InvalidBundle, match="logo"):
        carrying.take_over(there, bundle)


def test_a_purpose_that_there_is_not_is_told(there: Tenant):
    given = {"notify": 1, "templates": [{"name": "Ode", "purpose": "poem"}]}
    bundle = file.read(json.dumps(given).encode())

    with pytest.raises(InvalidBundle, match="Ode: Must be one of: partial, layout"):
        carrying.take_over(there, bundle)


def test_bytes_that_are_no_base64_are_told(there: Tenant):
    entry = {"name": "logo", "description": "", "content": "%%%"}
    bundle = {"images": [entry], "templates": [], "eventTypes": []}

    with pytest.raises(InvalidBundle, match="not as an export has it"):
        carrying.take_over(there, bundle)
