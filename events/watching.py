"""Which event types are sent with a template, and what new wording does to them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from django.db.models import F, Q
from django.utils.translation import gettext as _

from delivery import querying
from events import checking
from events.event_types import design_of
from events.models import EventDefaults, EventDocument, EventType
from notify_project.errors import NotifyError
from templates_app import uses
from templates_app.models import Template

_MOST = 50
_WORK_SECONDS = 1.0
_PAGE = "admin:events_eventtype_change"


def troubles(template: Template) -> Mapping[str, str]:
    """By event type that names it: why its sample params could not be sent now, "" if
    they could. Those without samples are taken on trust, and so are those that would
    take longer than a second together."""
    found: dict[str, str] = {}
    ends = time.thread_time() + _WORK_SECONDS
    for one in _users([template], limit=_MOST):
        if time.thread_time() > ends:
            break
        name = _("The event type %(name)s") % {"name": one.name}
        found[name] = _trouble(one)
    return found


def uses_of(templates: Sequence[Template]) -> tuple[list[uses.Use], int]:
    """The event types that are sent with one of these templates of one tenant, and how
    many accepted sends wait with its wording; two queries."""
    named = [
        uses.Use(one.id, one.name, _PAGE)
        for one in _users(templates, limit=uses.LISTED + 1)
    ]
    names = [one.name for one in templates]
    tenant_id = templates[0].tenant_id
    waiting = querying.scheduled_with(tenant_id, names, limit=uses.COUNTED + 1)
    return named, waiting


def _users(templates: Sequence[Template], *, limit: int) -> list[EventType]:
    tenant_id = templates[0].tenant_id
    texts = EventDefaults.for_tenant(tenant_id).filter(
        template__in=templates, version=F("version__event_type__published")
    )
    files = EventDocument.for_tenant(tenant_id).filter(
        template__in=templates,
        defaults__version=F("defaults__version__event_type__published"),
    )
    rows = EventType.for_tenant(tenant_id).filter(
        Q(published__in=texts.values("version"))
        | Q(published__in=files.values("defaults__version")),
        active=True,
    )
    return list(rows.select_related("published", "tenant")[:limit])


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
