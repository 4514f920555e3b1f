"""Templates as their authors change them: versions, names, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from notify_project.errors import Invalid
from templates_app import editing
from templates_app.drafts import Draft, changed, draft_of
from templates_app.errors import (
    InvalidTemplate,
    TemplateNameTaken,
    TemplateNotFound,
    TemplateSyntax,
)
from templates_app.models import Template, TemplateVersion
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory, UserFactory

pytestmark = pytest.mark.django_db

LETTER = Draft("Hello {{name}}", "Dear {{name}}", "html", "handlebar")


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def make(tenant: Tenant, **changes: Any) -> Template:
    values = {"name": "Letter", "channel_code": "email", "draft": LETTER, **changes}
    return editing.create(tenant, **values)


def test_a_new_template_has_its_first_version_published(tenant: Tenant):
    author = UserFactory()

    made = make(tenant, name=" Letter ", author=author)

    assert made.name == "Letter"
    assert made.published is not None
    assert draft_of(made.published) == LETTER
    assert (made.published.number, made.published.created_by) == (1, author)


def test_each_change_of_wording_is_a_version_that_stays(tenant: Tenant):
    made = make(tenant)

    editing.revise(made, draft=changed(LETTER, body="New"))
    editing.revise(made, draft=changed(LETTER, body="Newer"))
    editing.revise(made, draft=changed(LETTER, body="Newer"))

    versions = TemplateVersion.for_tenant(tenant).order_by("number")
    assert [one.body for one in versions] == ["Dear {{name}}", "New", "Newer"]
    published = editing.find(tenant, made.id).published
    assert published
    assert published.number == 3


def test_a_change_builds_on_what_is_stored_not_on_what_was_read(tenant: Tenant):
    made = make(tenant)
    editing.change(tenant, made.id, subject="Theirs", name="Theirs")

    after = editing.change(tenant, made.id, body="Mine")

    assert after.published
    assert (after.published.subject, after.published.body) == ("Theirs", "Mine")
    assert after.name == "Theirs"


def test_revising_does_not_bring_an_old_name_back(tenant: Tenant):
    made = make(tenant)
    editing.change(tenant, made.id, name="New name")

    editing.revise(made, draft=changed(LETTER, body="New"))

    assert editing.find(tenant, made.id).name == "New name"


def test_a_change_that_fails_changes_nothing(tenant: Tenant):
    make(tenant, name="Taken")
    made = make(tenant)

    with pytest.raises(TemplateNameTaken):
        editing.change(tenant, made.id, body="New", name="TAKEN")

    found = editing.find(tenant, made.id)
    assert found.published
    assert (found.name, found.published.number) == ("Letter", 1)


def test_what_is_not_published_is_a_draft_beside_what_is_sent(tenant: Tenant):
    made = make(tenant)
    author = UserFactory()

    editing.change(tenant, made.id, body="New", publish=False)
    editing.change(tenant, made.id, subject="Newer", publish=False, author=author)

    found = editing.find(tenant, made.id)
    assert found.published
    assert draft_of(found.published) == LETTER
    draft = editing.open_draft(found)
    assert draft
    assert draft_of(draft) == changed(LETTER, body="New", subject="Newer")
    assert (draft.number, draft.created_by) == (2, author)
    assert found.versions.count() == 2


def test_a_program_publishes_past_a_draft(tenant: Tenant):
    made = make(tenant)
    editing.change(tenant, made.id, body="A person's", publish=False)

    after = editing.change(tenant, made.id, subject="A program's")

    assert after.published
    assert draft_of(after.published) == changed(LETTER, subject="A program's")
    draft = editing.open_draft(after)
    assert draft
    assert (draft.number, draft.body) == (2, "A person's")


def test_wording_as_it_is_makes_no_draft(tenant: Tenant):
    made = make(tenant)

    editing.change(tenant, made.id, body=LETTER.body, name="Other", publish=False)

    assert editing.open_draft(made) is None
    assert editing.find(tenant, made.id).name == "Other"


@pytest.mark.parametrize(
    ("channel", "draft", "error", "field"),
    [
        ("email", Draft("", "B"), InvalidTemplate, "subject"),
        ("email", Draft("S", "\n"), InvalidTemplate, "body"),
        ("sms", Draft("S", "B"), InvalidTemplate, "subject"),
        ("sms", Draft("", "B", "html"), InvalidTemplate, "bodyType"),
        ("email", Draft("{{a", "B"), TemplateSyntax, "subject"),
        ("email", Draft("S", "{{#if a}}"), TemplateSyntax, "body"),
        ("email", Draft("S", "B", "", "word"), Invalid, "renderer"),
        ("email", Draft("S", "B", "", "jinja"), Invalid, "renderer"),
    ],
)
def test_what_could_not_be_sent_is_not_saved(
    tenant: Tenant, channel: str, draft: Draft, error: Any, field: str
):
    with pytest.raises(error) as caught:
        make(tenant, channel_code=channel, draft=draft)

    assert caught.value.errors[0].field == field
    assert Template.for_tenant(tenant).count() == 0


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\u202ea", "a" * 201])
def test_a_name_is_one_printable_line(tenant: Tenant, name: str):
    with pytest.raises(InvalidTemplate):
        make(tenant, name=name)


def test_names_are_the_tenants_own(tenant: Tenant):
    make(tenant)
    make(TenantFactory())

    with pytest.raises(TemplateNameTaken):
        make(tenant, name="letter")


def test_a_template_goes_with_its_versions(tenant: Tenant):
    made = make(tenant)
    identity = made.id

    editing.delete(made)

    assert TemplateVersion.for_tenant(tenant).count() == 0
    with pytest.raises(TemplateNotFound):
        editing.find(tenant, identity)


def test_strangers_find_nothing(tenant: Tenant):
    made = make(tenant)
    stranger = TenantFactory()

    with pytest.raises(TemplateNotFound):
        editing.find(stranger, made.id)
    with pytest.raises(TemplateNotFound):
        editing.change(stranger, made.id, body="New")


@pytest.mark.parametrize("subject", ["Two\nlines", "Hi\r\nBcc: x@y.example", "a\x00"])
def test_a_subject_is_one_line(tenant: Tenant, subject: str):
    with pytest.raises(InvalidTemplate, match="line break") as refused:
        make(tenant, draft=changed(LETTER, subject=subject))

    assert [one.field for one in refused.value.errors] == ["subject"]
