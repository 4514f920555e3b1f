"""The words of one channel before rendering: a template, overlaid by lone texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from delivery.plan import ServicePlan, Wording
from events.errors import InvalidField
from providers import downstream
from providers.channels.base import Channel, channel
from templates_app import images, looking_up, rendering
from templates_app.bodies import HTML_TYPES
from templates_app.embedding import Embedded
from templates_app.engines import registry
from templates_app.errors import TemplateError
from templates_app.looking_up import Found
from templates_app.shapes import Layout
from tenants.models import Tenant


def of(  # noqa: PLR0913  # what a channel says, and how the caller said it
    tenant: Tenant,
    name: str,
    values: Mapping[str, Any],
    *,
    params: Mapping[str, Any],
    spelling: Mapping[str, str],
    path: str,
    wanted: Collection[str] = (),
) -> Wording:
    """One query for a template, one for images, one for a service; none for none.

    Inline texts without params and without a renderer are sent verbatim, so that a
    literal "{{" survives; templates, in place or by reference, are always rendered.
    `spelling` names the body and the template as the caller did, `wanted` are the
    languages, the best first.
    """
    kind = channel(name)
    content: Mapping[str, Any] = values.get("content", {})
    version = _version(tenant, name, content, spelling, path, wanted)
    texts = _texts(kind, content, version)
    said = _said(content, version)
    body_type = said.get("bodyType") or values.get("bodyType") or kind.body_types[0]
    _check_body_type(kind, body_type, path)
    engine = said.get("renderer") or values.get("defaultRenderer") or ""
    _check_engine(engine, f"{path}content.renderer")
    templated = version or "template" in spelling
    verbatim = not (templated or params or said.get("renderer"))
    along = _brought_along(version, body_type)
    return Wording(
        texts=texts,
        body_type=body_type,
        engine=None if verbatim else engine or rendering.DEFAULT_ENGINE,
        echo=said,
        body_key="body" if name == "email" else spelling.get("body", "message"),
        images=_images(tenant, body_type, texts, along),
        service=None if verbatim else _service(tenant, engine, path),
        **along,
    )


def _service(tenant: Tenant, engine: str, path: str) -> ServicePlan | None:
    """The one that fills the texts in, if one does. Raises UnknownService."""
    outside = registry.outside(engine)
    if outside is None:
        return None
    field = f"{path}content.renderer"
    found = downstream.of_kind(tenant.id, outside.service, field=field)
    return ServicePlan(
        id=found.id,
        required=tuple(found.required),
        fixed=found.fixed,
        taken=found.taken,
    )


def _brought_along(version: Found | None, body_type: str) -> dict[str, Any]:
    """What a template has beside its texts."""
    if version is None:
        return {}
    # A body that is called something else is not what the layout is made for.
    suits = body_type == version.body_type
    return {
        "template": version.name,
        "layout": version.layout if suits else None,
        "partials": version.partials,
        "made_of": version.made_of,
        "locale": version.locale,
    }


def _images(
    tenant: Tenant, body_type: str, texts: Mapping[str, str], along: Mapping[str, Any]
) -> Mapping[str, Embedded]:
    if body_type not in HTML_TYPES:
        return {}
    layout: Layout | None = along.get("layout")
    sources = [texts.get("body", ""), *along.get("partials", {}).values()]
    return images.in_texts(tenant.id, [*sources, layout.source if layout else ""])


def _version(
    tenant: Tenant,
    name: str,
    content: Mapping[str, Any],
    spelling: Mapping[str, str],
    path: str,
    wanted: Collection[str],
) -> Found | None:
    reference = content.get("template")
    if not reference:
        return None
    field = f"{path}content.{spelling.get('template', 'template')}"
    return looking_up.find(
        tenant.id, reference, channel=name, field=field, wanted=wanted
    )


def _texts(
    kind: Channel, content: Mapping[str, Any], version: Found | None
) -> dict[str, str]:
    """The template's texts; those that stand beside it win, field by field."""
    names = [one.name for one in kind.content_fields]
    texts: dict[str, str] = {}
    if version:
        stored = {"subject": version.subject, "body": version.body}
        texts = {name: stored[name] for name in names if stored.get(name)}
    texts.update({name: content[name] for name in names if name in content})
    return texts


def _said(content: Mapping[str, Any], version: Found | None) -> dict[str, str]:
    """Renderer and body type that a layer or the template said, in their spelling."""
    theirs = (version.engine, version.body_type) if version else ("", "")
    said = {
        "renderer": content.get("renderer") or theirs[0],
        "bodyType": content.get("bodyType") or theirs[1],
    }
    return {key: value for key, value in said.items() if value}


def _check_body_type(kind: Channel, body_type: str, path: str) -> None:
    if body_type not in kind.body_types:
        raise InvalidField(
            _("%(field)s must be one of: %(known)s.")
            % {
                "field": f"{path}content.bodyType",
                "known": ", ".join(kind.body_types),
            },
            field=f"{path}content.bodyType",
        )


def _check_engine(name: str, field: str) -> None:
    try:
        if name:
            registry.engine(name).ensure_allowed()
    except TemplateError as error:
        raise error.at(field) from None
