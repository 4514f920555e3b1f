"""What a request calls a template, and which one that is."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app import editing, looking_up
from templates_app.drafts import Draft
from templates_app.errors import TemplateWrongChannel, UnknownTemplate
from templates_app.models import Template
from tenants.models import Tenant
from tests.templates_app.parts import layout, partial, template
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def letter(tenant: Tenant) -> Template:
    draft = Draft("S", "B")
    return editing.create(tenant, name="A Letter", channel_code="email", draft=draft)


def find(tenant: Tenant, reference: str, channel: str = "email") -> looking_up.Found:
    return looking_up.find(
        tenant.id, reference, channel=channel, field="content.template"
    )


def test_by_id_or_name_in_any_case(
    tenant: Tenant, letter: Template, django_assert_num_queries: Any
):
    with django_assert_num_queries(2):
        find(tenant, "A Letter")
    for reference in (str(letter.id), letter.id.hex.upper(), "A Letter", "a LETTER"):
        with django_assert_num_queries(1):
            assert find(tenant, reference).body == "B"


def test_the_published_version_is_found(tenant: Tenant, letter: Template):
    editing.revise(letter, draft=Draft("S", "New"))

    assert find(tenant, "A Letter").body == "New"


def test_a_draft_is_told_to_be_one(tenant: Tenant):
    editing.create(
        tenant, name="New", channel_code="email", draft=Draft("S", "B"), publish=False
    )

    with pytest.raises(UnknownTemplate, match="is a draft"):
        find(tenant, "New")


@pytest.mark.parametrize("reference", ["Letter", "A%", "", "A Letter ", "\u202e"])
def test_nothing_but_the_very_name(tenant: Tenant, letter: Template, reference: str):
    with pytest.raises(UnknownTemplate) as caught:
        find(tenant, reference)

    assert caught.value.errors[0].field == "content.template"


def test_anothers_template_is_unknown(tenant: Tenant, letter: Template):
    for reference in (str(letter.id), letter.name):
        with pytest.raises(UnknownTemplate):
            find(TenantFactory(), reference)


def test_one_of_another_channel_is_refused(tenant: Tenant, letter: Template):
    with pytest.raises(TemplateWrongChannel, match="sms"):
        find(tenant, "A Letter", "sms")


def test_what_it_is_made_of_comes_with_it(tenant: Tenant):
    footer = partial(tenant, "footer", "F")
    frame = layout(tenant, "Frame", "{{> content}}{{> footer}}")
    template(tenant, "Framed", "B", body_type="text", layout=frame.id)
    editing.change(tenant, footer.id, body="F2")

    found = find(tenant, "Framed")

    assert found.layout
    assert found.layout.source == "{{> content}}{{> footer}}"
    assert found.partials == {"footer": "F2"}
    assert found.made_of == {"Framed": 1, "Frame": 1, "footer": 2}


@pytest.mark.parametrize("make", [partial, layout])
def test_parts_are_no_templates(tenant: Tenant, make: Any):
    part = make(tenant, "Part", "{{> content}}" if make is layout else "x")

    for reference in ("Part", str(part.id)):
        with pytest.raises(UnknownTemplate):
            find(tenant, reference)


def test_a_version_that_is_not_published_is_read_in_the_same_way(tenant: Tenant):
    frame = layout(tenant, "Frame", "[{{> content}}]")
    made = template(tenant, "Framed", "B", body_type="text", layout=frame.id)
    editing.change(tenant, made.id, body="New", publish=False)
    draft = editing.open_draft(made)
    assert draft

    found = looking_up.of_version(draft)

    assert (found.body, found.made_of) == ("New", {"Framed": 2, "Frame": 1})
    assert found.layout


def test_layouts_are_found_by_id_or_name(tenant: Tenant):
    frame = layout(tenant, "Frame", "{{> content}}")

    for reference in ("frame", str(frame.id)):
        assert looking_up.layout(tenant.id, reference, channel="email") == frame.id
    assert looking_up.layout(tenant.id, "Frame", channel="sms") is None
    assert looking_up.layout(TenantFactory().id, "Frame", channel="email") is None


FRENCH = {"fr": {"subject": "Objet", "body": "Bonjour {{> foot}}"}}


def test_the_first_language_that_is_wanted_and_there(tenant: Tenant):
    partial(tenant, "foot", "Bye", variants={"fr-CA": {"body": "Salut"}})
    frame = layout(
        tenant, "Frame", "<{{> content}}>", variants={"fr": {"body": "«{{> content}}»"}}
    )
    template(
        tenant, "Letter", "Hello {{> foot}}",
        body_type="text", layout=frame.id, variants=FRENCH)  # fmt: skip

    def found(*wanted: str) -> tuple[str, str, str, str]:
        one = looking_up.find(
            tenant.id, "Letter", channel="email", field="t", wanted=wanted
        )
        assert one.layout
        return one.subject, one.layout.source, one.partials["foot"], one.locale

    assert found() == ("S", "<{{> content}}>", "Bye", "")
    assert found("de", "en") == ("S", "<{{> content}}>", "Bye", "")
    assert found("fr-CA", "fr", "en") == ("Objet", "«{{> content}}»", "Bye", "fr")


def test_the_language_of_its_own_is_one_too(tenant: Tenant):
    french = {"fr": {"subject": "O", "body": "b"}}
    made = template(tenant, "Letter", "Hello", variants=french)
    editing.change(tenant, made.id, locale="en_ca")

    one = looking_up.find(
        tenant.id, "Letter", channel="email", field="t", wanted=("en-CA", "fr")
    )

    assert (one.subject, one.locale) == ("S", "en-CA")
