"""Wording as it is given; what is refused is in test_editing.py too, by its field."""

from __future__ import annotations

from typing import Any

import pytest

from notify_project.errors import Invalid
from templates_app import editing
from templates_app.drafts import Around, Draft, changed, ensure_sound_draft
from templates_app.errors import InvalidTemplate, TemplateInUse, TemplateSyntax
from templates_app.kinds import kind as kind_of
from templates_app.models import Template
from tenants.models import Tenant
from tests.templates_app.parts import layout, partial, template
from tests.tenants.factories import TenantFactory


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def test_only_what_is_given_changes():
    assert changed(Draft("S", "B", "html"), body="C") == Draft("S", "C", "html")


@pytest.mark.parametrize(
    ("purpose", "code", "subject"),
    [
        ("template", "email", ""),
        ("template", "sms", "S"),
        ("layout", "email", "S"),
        ("partial", "email", "S"),
    ],
)
def test_a_subject_stands_where_there_is_one(purpose: str, code: str, subject: str):
    ground = Around(purpose, "Name", kind_of(code))

    with pytest.raises(InvalidTemplate) as refused:
        ensure_sound_draft(Draft(subject, "B"), ground)

    assert [one.field for one in refused.value.errors] == ["subject"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Hello\n {{> foter}}", "Line 2, column 2: There is no partial foter."),
        ("{{> content}}", "There is no partial content."),
        ("{{> Footer}}", "There is no partial Footer."),
        ("{{> footer", "Line 1, column 1: This tag is not closed."),
        ("{{#if a}}{{> footer}}", "not closed"),
        ("{{> old}}", "written in Mustache"),
    ],
)
def test_calls_are_checked_with_their_place(tenant: Tenant, source: str, words: str):
    partial(tenant, "footer", "x")
    partial(tenant, "old", "x", engine="mustache")

    with pytest.raises(TemplateSyntax, match=words) as refused:
        template(tenant, "Letter", source)

    assert [one.field for one in refused.value.errors] == ["body"]


@pytest.mark.django_db
def test_a_circle_is_told_with_the_way_around(tenant: Tenant):
    first = partial(tenant, "first", "x")
    partial(tenant, "second", "{{> first}}")
    partial(tenant, "third", "{{> second}}")

    with pytest.raises(TemplateSyntax, match="first > third > second > first") as told:
        editing.change(tenant, first.id, body="a\n{{> third}}")

    assert (told.value.line, told.value.column) == (2, 1)
    with pytest.raises(TemplateSyntax, match="first > first"):
        editing.change(tenant, first.id, body="{{> first}}", publish=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "draft", "field"),
    [
        ("Frame", {"body": "no place for it"}, "body"),
        ("Frame", {"body": "{{> content}}", "body_type": ""}, "bodyType"),
        ("Frame", {"body": "{{> content}}{{> gone}}"}, "body"),
    ],
)
def test_a_layout_says_where_the_text_goes(
    tenant: Tenant, name: str, draft: dict[str, Any], field: str
):
    with pytest.raises(Invalid) as refused:
        layout(tenant, name, **draft)

    assert [one.field for one in refused.value.errors] == [field]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["two words", "content", "1st", "a/b", "", "é"])
def test_a_partial_has_a_name_that_can_be_called(tenant: Tenant, name: str):
    with pytest.raises(InvalidTemplate) as refused:
        partial(tenant, name, "x")

    assert [one.field for one in refused.value.errors] == ["name"]


@pytest.mark.django_db
def test_a_layout_fits_its_template(tenant: Tenant):
    frame = layout(tenant, "Frame", "<p>{{> content}}</p>", body_type="html")
    text = template(tenant, "Text", "x")

    for chosen, body_type, field in (
        (frame, "text", "bodyType"),
        (frame, "", "bodyType"),
        (text, "html", "layout"),
        (layout(TenantFactory(), "Theirs", "{{> content}}"), "text", "layout"),
    ):
        with pytest.raises(InvalidTemplate) as refused:
            template(tenant, "Letter", "x", body_type=body_type, layout=chosen.id)
        assert [one.field for one in refused.value.errors] == [field]
    with pytest.raises(InvalidTemplate, match="Only a template"):
        layout(tenant, "Inner", "{{> content}}", layout=frame.id)


@pytest.mark.django_db
def test_what_is_used_stays_and_keeps_its_name(tenant: Tenant):
    footer = partial(tenant, "footer", "x")
    frame = layout(tenant, "Frame", "{{> content}}{{> footer}}")
    template(tenant, "Letter", "x", body_type="text", layout=frame.id)

    for part, user in ((footer, "Frame v1"), (frame, "Letter v1")):
        with pytest.raises(TemplateInUse, match=user):
            editing.delete(part)
    with pytest.raises(TemplateInUse, match="Frame v1"):
        editing.change(tenant, footer.id, name="foot")
    editing.change(tenant, frame.id, name="Outer frame")
    assert Template.for_tenant(tenant).count() == 3


MJML = (
    "<mjml><mj-body>{{#if a}}\n<mj-section>{{b}}</mj-section>{{/if}}</mj-body></mjml>"
)


@pytest.mark.django_db
def test_mjml_is_read_when_it_is_saved(tenant: Tenant):
    template(tenant, "Sound", MJML, body_type="mjml")
    frame = layout(
        tenant,
        "Frame",
        "<mjml><mj-body>\n{{> content}}</mj-body></mjml>",
        body_type="mjml",
    )
    inner = {"body_type": "mjml", "layout": frame.id}
    template(tenant, "Within", "<mj-section>{{b}}</mj-section>", **inner)

    for body, values in (
        ("<mjml><mj-body>{{b}}</mjml>", {"body_type": "mjml"}),
        ("<p>no mjml</p>", {"body_type": "mjml"}),
        ("<mj-section>{{b}}", inner),
    ):
        with pytest.raises(TemplateSyntax, match="MJML") as refused:
            template(tenant, "Broken", body, **values)
        assert [one.field for one in refused.value.errors] == ["body"]


@pytest.mark.django_db
def test_layouts_and_bodies_of_types_that_fit(tenant: Tenant):
    page = layout(tenant, "Page", "<p>{{> content}}</p>", body_type="html")
    template(tenant, "Marked", "# {{a}}", body_type="markdown", layout=page.id)

    with pytest.raises(InvalidTemplate, match="html"):
        template(tenant, "M", MJML, body_type="mjml", layout=page.id)
    with pytest.raises(InvalidTemplate):
        layout(tenant, "Markdown", "{{> content}}", body_type="markdown")


@pytest.mark.django_db
def test_markdown_is_not_written_in_jinja(tenant: Tenant, settings: Any):
    settings.ALLOW_JINJA = True

    with pytest.raises(Invalid, match="handlebars or mustache") as refused:
        template(tenant, "M", "{{ a }}", body_type="markdown", engine="jinja")

    assert [one.field for one in refused.value.errors] == ["renderer"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("variants", "field"),
    [
        ({"french": {"subject": "O", "body": "b"}}, "variants"),
        ({"FR": {"subject": "O", "body": "b"}}, "variants"),
        ({"fr": {"subject": "", "body": "b"}}, "variants.fr.subject"),
        ({"fr": {"subject": "O\n", "body": "b"}}, "variants.fr.subject"),
        ({"fr": {"subject": "O", "body": " "}}, "variants.fr.body"),
        ({"fr": {"subject": "O", "body": "{{#if a}}"}}, "variants.fr.body"),
        ({"fr": {"subject": "O", "body": "{{> gone}}"}}, "variants.fr.body"),
        ({f"aa-{number:02}": {} for number in range(60)}, "variants"),
    ],
)
def test_each_language_is_checked_by_itself(tenant: Tenant, variants: Any, field: str):
    with pytest.raises(Invalid) as refused:
        template(tenant, "Letter", "Hello", variants=variants)

    assert [one.field for one in refused.value.errors] == [field]
