"""Event types as a designer would have made them, without the admin."""

from __future__ import annotations

from typing import Any

from events import designing
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.models import EventType
from recipients import groups
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import Tenant


def template_of(tenant: Tenant, given: dict[str, Any]) -> Template:
    """A template as document 003's examples write it."""
    draft = Draft(
        given.get("subject", ""),
        given.get("body") or given.get("message", ""),
        given.get("bodyType", ""),
        given.get("renderer", ""),
    )
    return editing.create(
        tenant, name=given["name"], channel_code=given["channel"], draft=draft
    )


def channel_of(tenant: Tenant, given: dict[str, Any]) -> ChannelDesign:
    """One channel of an event type as the examples write it."""
    values = {"recipients": given["recipients"]}
    if "bodyType" in given:
        values["content"] = {"bodyType": given["bodyType"]}
    template = Template.for_tenant(tenant).get(name=given["template"])
    return ChannelDesign(template_id=template.id, values=values)


def furnish_examples(tenant: Tenant, fixtures: dict[str, Any]) -> EventType:
    """Templates, groups and the published event type of document 003, 3.1."""
    for one in fixtures["templates"]:
        if not Template.for_tenant(tenant).filter(name=one["name"]).exists():
            template_of(tenant, one)
    for name, addresses in fixtures["groups"].items():
        groups.create(tenant, name=name, channel_code="email", addresses=addresses)
    [given] = fixtures["eventTypes"]
    design = Design(
        channels={
            code: channel_of(tenant, given[code])
            for code in ("email", "sms")
            if code in given
        }
    )
    return published(tenant, given["name"], design, aliases=tuple(given["aliases"]))


def published(
    tenant: Tenant, name: str, design: Design, *, aliases: tuple[str, ...] = ()
) -> EventType:
    """An event type that callers may name."""
    made = designing.create(tenant, Naming(name, aliases), design)
    designing.publish(made)
    return made


def mail_design(**changes: Any) -> Design:
    """One mail to {{email}}, greeting {{name}}."""
    values: dict[str, Any] = {
        "recipients": {"to": ["{{email}}"]},
        "content": {"subject": "Hello {{name}}", "body": "Dear {{name}}"},
    }
    channel = {**values, **changes.pop("values", {})}
    return Design(channels={"email": ChannelDesign(values=channel)}, **changes)
