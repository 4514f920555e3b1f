"""Drafts are published, discarded, and older versions are sent again."""

from __future__ import annotations

import pytest
from django.test import override_settings

from notify_project.errors import Invalid
from templates_app import editing, looking_up, publishing
from templates_app.drafts import Draft
from templates_app.errors import InvalidTemplate, TemplateNotFound
from templates_app.models import Template
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def letter(tenant: Tenant) -> Template:
    draft = Draft("S", "First")
    return editing.create(tenant, name="Letter", channel_code="email", draft=draft)


def sent(tenant: Tenant) -> str:
    found = looking_up.find(tenant.id, "Letter", channel="email", field="template")
    return found.body


def write(letter: Template, body: str) -> None:
    editing.change(letter.tenant, letter.id, body=body, publish=False)


def test_a_draft_is_sent_from_when_it_is_published(tenant: Tenant, letter: Template):
    author = UserFactory()
    write(letter, "Second")
    assert sent(tenant) == "First"

    version = publishing.publish(letter, author=author)

    assert sent(tenant) == "Second"
    assert (version.number, version.published_by) == (2, author)
    assert version.published_at is not None
    with pytest.raises(InvalidTemplate, match="no draft"):
        publishing.publish(letter)


def test_an_older_version_is_sent_again_as_it_was(tenant: Tenant, letter: Template):
    write(letter, "Second")
    publishing.publish(letter)
    write(letter, "Third")

    publishing.roll_back(letter, 1)

    assert sent(tenant) == "First"
    assert [one.body for one in letter.versions.all()] == ["Third", "Second", "First"]
    with pytest.raises(TemplateNotFound):
        publishing.roll_back(letter, 3)


def test_what_is_published_outlives_the_draft(tenant: Tenant, letter: Template):
    write(letter, "Second")

    publishing.discard_draft(letter)

    assert sent(tenant) == "First"
    assert letter.versions.count() == 1
    write(letter, "Other")
    assert [one.number for one in letter.versions.all()] == [2, 1]


def test_the_only_draft_is_not_discarded(tenant: Tenant):
    draft = Draft("S", "B")
    made = editing.create(
        tenant, name="New", channel_code="email", draft=draft, publish=False
    )

    with pytest.raises(InvalidTemplate):
        publishing.discard_draft(made)


def test_what_can_no_longer_be_sent_is_not_published(tenant: Tenant):
    with override_settings(ALLOW_JINJA=True):
        made = editing.create(
            tenant,
            name="Old",
            channel_code="sms",
            draft=Draft(body="{{ x }}", engine="jinja"),
        )
        editing.change(tenant, made.id, body="{{ y }}", publish=False)

    with override_settings(ALLOW_JINJA=False):
        with pytest.raises(Invalid):
            publishing.publish(made)
        with pytest.raises(Invalid):
            publishing.roll_back(made, 1)
