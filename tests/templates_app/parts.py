"""Layouts and partials for tests: a few words are enough."""

from __future__ import annotations

from typing import Any

from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import Tenant


def partial(tenant: Tenant, name: str, body: str, **draft: Any) -> Template:
    return _made(tenant, "partial", name, Draft(body=body, **draft))


def layout(tenant: Tenant, name: str, body: str, **draft: Any) -> Template:
    given = {"body_type": "text", **draft}
    return _made(tenant, "layout", name, Draft(body=body, **given))


def template(tenant: Tenant, name: str, body: str, **draft: Any) -> Template:
    given = {"subject": "S", **draft}
    return _made(tenant, "template", name, Draft(body=body, **given))


def _made(tenant: Tenant, purpose: str, name: str, draft: Draft) -> Template:
    return editing.create(
        tenant, name=name, purpose=purpose, channel_code="email", draft=draft
    )
