"""One version of a template, rendered with sample values by the real engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from templates_app import bodies, embedding, images, locales, looking_up, pdf
from templates_app.bodies import Body
from templates_app.errors import TemplateError
from templates_app.kinds import DOCUMENT
from templates_app.looking_up import Found
from templates_app.models import Template, TemplateVersion
from templates_app.params import plain
from templates_app.rendering import DEFAULT_ENGINE, render
from templates_app.shapes import Layout


@dataclass(frozen=True, slots=True)
class Shown:
    """What was rendered, and in words what could not be."""

    texts: Mapping[str, str]
    is_html: bool
    problems: tuple[str, ...]


def show(
    version: TemplateVersion, params: Mapping[str, Any], locale: str = ""
) -> Shown:
    """The texts of a version; a mistake in one does not hide the other."""
    found = _filled(version, locale)
    channel = version.template.channel
    texts: dict[str, str] = {}
    problems: list[str] = []
    is_html = False
    try:
        texts |= _subject(found, params)
    except TemplateError as error:
        problems.append(error.message)
    try:
        made = _body(found, channel, params)
        texts["body"], is_html = made.body, made.body_type == "html"
        if is_html:
            texts["body"] = _with_images(version, found, made.body)
        if made.text:
            texts["text"] = made.text
    except TemplateError as error:
        problems.append(error.message)
    return Shown(texts, is_html, tuple(dict.fromkeys(problems)))


def _filled(version: TemplateVersion, locale: str) -> Found:
    """A layout is shown around a sentence that stands for the text."""
    found = looking_up.of_version(version, locales.chain(locale))
    if version.template.purpose != Template.Purpose.LAYOUT:
        return found
    text = _("Here stands the text of each template that uses this layout.")
    body = f"<p>{text}</p>" if found.body_type == "html" else text
    layout = Layout(found.body, found.engine or DEFAULT_ENGINE)
    return replace(found, body=body, layout=layout)


def _subject(found: Found, params: Mapping[str, Any]) -> dict[str, str]:
    if not found.subject:
        return {}
    engine = found.engine or DEFAULT_ENGINE
    made = render(
        engine,
        found.subject,
        params,
        html=False,
        field="subject",
        partials=found.partials,
    )
    return {"subject": made}


def _body(found: Found, channel: str, params: Mapping[str, Any]) -> Body:
    words = looking_up.words_of(found, channel)
    if channel == DOCUMENT:
        return Body(bodies.page(words, params, field="body"), "html")
    return bodies.write(words, params, field="body")


def _with_images(version: TemplateVersion, found: Found, html: str) -> str:
    """What the page shows goes along with a mail; here it stands in the page."""
    urls = images.as_urls(images.in_texts(version.tenant_id, found.sources))
    return embedding.inlined(html, urls.get)


def printed(version: TemplateVersion, params: Mapping[str, Any]) -> bytes:
    """A document's PDF; raises what is wrong with it, or Unavailable."""
    found = looking_up.of_version(version)
    page = _body(found, DOCUMENT, params).body
    return pdf.printed(_with_images(version, found, page))


def keep_sample(template: Template, params: Mapping[str, Any]) -> None:
    """Store the sample values; raises ParamsInvalid or ParamsTooLarge."""
    template.sample_params = plain(params)
    template.save(update_fields=["sample_params", "updated_at"])
