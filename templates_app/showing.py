"""One version of a template, rendered with sample values by the real engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from templates_app import pdf
from templates_app.errors import TemplateError
from templates_app.models import Template, TemplateVersion
from templates_app.params import plain
from templates_app.rendering import DEFAULT_ENGINE, render


@dataclass(frozen=True, slots=True)
class Shown:
    """What was rendered, and in words what could not be."""

    texts: Mapping[str, str]
    is_html: bool
    problems: tuple[str, ...]


def show(version: TemplateVersion, params: Mapping[str, Any]) -> Shown:
    """The texts of a version; a mistake in one does not hide the other."""
    engine = version.engine or DEFAULT_ENGINE
    is_html = version.body_type == "html"
    texts, problems = {}, []
    for name in ("subject", "body"):
        source = getattr(version, name)
        if not source:
            continue
        html = is_html and name == "body"
        try:
            texts[name] = render(engine, source, params, html=html, field=name)
        except TemplateError as error:
            problems.append(error.message)
    return Shown(texts, is_html, tuple(dict.fromkeys(problems)))


def printed(version: TemplateVersion, params: Mapping[str, Any]) -> bytes:
    """A document's PDF; raises what is wrong with it, or Unavailable."""
    engine = version.engine or DEFAULT_ENGINE
    return pdf.printed(render(engine, version.body, params, html=True, field="body"))


def keep_sample(template: Template, params: Mapping[str, Any]) -> None:
    """Store the sample values; raises ParamsInvalid or ParamsTooLarge."""
    template.sample_params = plain(params)
    template.save(update_fields=["sample_params", "updated_at"])
