"""A template and its versions, as the API tells of them."""

from __future__ import annotations

from typing import Any

from templates_app.models import Template, TemplateVersion
from templates_app.reading import Reader


def presented(template: Template, reader: Reader | None = None) -> dict[str, Any]:
    """A template as the API tells of it; a list has one reader for all."""
    version = template.published
    reader = reader or Reader(template.tenant_id)
    shown: dict[str, Any] = {
        "id": str(template.id),
        "templateId": str(template.id),
        "name": template.name,
        "description": template.description,
        "purpose": template.purpose,
        "channel": template.channel,
        "version": version.number if version else 0,
        "body": version.body if version else "",
        "bodyType": (version.body_type or None) if version else None,
        "renderer": (version.engine or None) if version else None,
        "layout": version.layout.name if version and version.layout else None,
        "locale": template.locale or None,
        "variants": version.variants if version else {},
        "params": reader.params(version, template.channel),
        "createdAt": template.created_at,
        "updatedAt": template.updated_at,
    }
    if version and version.subject:
        shown["subject"] = version.subject
    return shown


def version_shown(version: TemplateVersion, *, published: bool) -> dict[str, Any]:
    """One version; `published` says whether it is the one that is sent."""
    status = "published" if published else "earlier"
    shown: dict[str, Any] = {
        "version": version.number,
        "status": status if version.published_at else "draft",
        "body": version.body,
        "bodyType": version.body_type or None,
        "renderer": version.engine or None,
        "createdAt": version.created_at,
        "publishedAt": version.published_at,
    }
    if version.subject:
        shown["subject"] = version.subject
    return shown
