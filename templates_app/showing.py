"""One version of a template, rendered with sample values by the real engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from templates_app import bodies, looking_up, pdf
from templates_app.errors import TemplateError
from templates_app.looking_up import Found
from templates_app.models import Template, TemplateVersion
from templates_app.params import plain
from templates_app.rendering import DEFAULT_ENGINE, render
from templates_app.shapes import Words


@dataclass(frozen=True, slots=True)
class Shown:
    """What was rendered, and in words what could not be."""

    texts: Mapping[str, str]
    is_html: bool
    problems: tuple[str, ...]


def show(version: TemplateVersion, params: Mapping[str, Any]) -> Shown:
    """The texts of a version; a mistake in one does not hide the other."""
    found = looking_up.of_version(version)
    texts, problems = {}, []
    for name, write in (("subject", _subject), ("body", _body)):
        if not getattr(found, name):
            continue
        try:
            texts[name] = write(found, params)
        except TemplateError as error:
            problems.append(error.message)
    return Shown(texts, found.body_type == "html", tuple(dict.fromkeys(problems)))


def _subject(found: Found, params: Mapping[str, Any]) -> str:
    engine = found.engine or DEFAULT_ENGINE
    return render(
        engine,
        found.subject,
        params,
        html=False,
        field="subject",
        partials=found.partials,
    )


def _body(found: Found, params: Mapping[str, Any]) -> str:
    engine = found.engine or DEFAULT_ENGINE
    words = Words(found.body, found.body_type, engine, found.layout, found.partials)
    return bodies.write(words, params, field="body")


def printed(version: TemplateVersion, params: Mapping[str, Any]) -> bytes:
    """A document's PDF; raises what is wrong with it, or Unavailable."""
    return pdf.printed(_body(looking_up.of_version(version), params))


def keep_sample(template: Template, params: Mapping[str, Any]) -> None:
    """Store the sample values; raises ParamsInvalid or ParamsTooLarge."""
    template.sample_params = plain(params)
    template.save(update_fields=["sample_params", "updated_at"])
