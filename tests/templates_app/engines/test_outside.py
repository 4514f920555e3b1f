"""Languages that a service fills in: read here, and not rendered."""

from __future__ import annotations

import pytest

from notify_project.errors import Invalid
from templates_app.checking import check
from templates_app.drafts import Around, Draft, ensure_sound_draft
from templates_app.engines import registry
from templates_app.errors import FilledElsewhere
from templates_app.kinds import kind
from templates_app.rendering import render, variables


def test_it_goes_by_the_name_that_its_service_gives_it():
    found = registry.outside("Cdogs")

    assert found is not None
    assert (found.name, found.service) == ("cdogs", "documents.cdogs")
    assert registry.outside("handlebars") is None
    assert registry.outside("none") is None


def test_its_params_are_found():
    source = "{d.name:upperCase} {d.rows[i].fee}{d.rows[i+1].fee} {d.to.city} {c.now}"

    assert variables("cdogs", source) == {"name", "rows", "to.city"}


def test_nothing_of_it_is_rendered_here():
    with pytest.raises(FilledElsewhere, match="previews of calls"):
        render("cdogs", "{d.name}", {"name": "x"}, html=False, field="body")

    assert check("cdogs", "{d.name") == ()


@pytest.mark.parametrize(
    ("purpose", "code"),
    [("layout", "email"), ("partial", "email"), ("template", "document")],
)
def test_parts_and_documents_are_not_written_in_it(purpose: str, code: str):
    draft = Draft("", "<p>{d.name}</p>{{> content}}", "html", "cdogs")

    with pytest.raises(Invalid) as refused:
        ensure_sound_draft(draft, Around(purpose, "Name", kind(code)))

    [error] = refused.value.errors
    assert (error.field, error.code) == ("renderer", "filled_elsewhere")


def test_markdown_is_not_written_in_it():
    draft = Draft("S", "*{d.name}*", "markdown", "cdogs")

    with pytest.raises(Invalid, match="Markdown"):
        ensure_sound_draft(draft, Around("template", "Name", kind("email")))
