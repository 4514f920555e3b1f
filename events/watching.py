"""What a template's new wording does to the event types that are sent with it."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.db.models import F, Q
from django.utils.translation import gettext as _

from events import checking
from events.event_types import design_of
from events.models import EventDefaults, EventDocument, EventType
from notify_project.errors import NotifyError
from templates_app.models import Template

_MOST = 50
_WORK_SECONDS = 1.0


def troubles(template: Template) -> Mapping[str, str]:
    """By event type that names it: why its sample params could not be sent now, "" if
    they could. Those without samples are taken on trust, and so are those that would
    take longer than a second together."""
    found: dict[str, str] = {}
    ends = time.thread_time() + _WORK_SECONDS
    for one in _users(template):
        if time.thread_time() > ends:
            break
        name = _("The event type %(name)s") % {"name": one.name}
        found[name] = _trouble(one)
    return found


def _users(template: Template) -> list[EventType]:
    heard = {"version": F("version__event_type__published")}
    texts = EventDefaults.for_tenant(template.tenant_id).filter(
        template=template, **heard
    )
    files = EventDocument.for_tenant(template.tenant_id).filter(
        template=template,
        defaults__version=F("defaults__version__event_type__published"),
    )
    rows = EventType.for_tenant(template.tenant_id).filter(
        Q(published__in=texts.values("version"))
        | Q(published__in=files.values("defaults__version")),
        active=True,
    )
    return list(rows.select_related("published", "tenant")[:_MOST])


def _trouble(event_type: EventType) -> str:
    version = event_type.published
    if version is None or not version.sample_params:
        return ""
    design = design_of(version)
    try:
        checking.rehearse(
            event_type.tenant, event_type.name, design, design.sample_params
        )
    except NotifyError as refusal:
        return refusal.message
    return ""
