"""Find a tenant's template by what a request calls it, and read its wording."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from templates_app.errors import TemplateWrongChannel, UnknownTemplate
from templates_app.kinds import DOCUMENT
from templates_app.models import Template


@dataclass(frozen=True, slots=True)
class Found:
    """A template's name, and its published version's wording, as its author gave it."""

    name: str
    subject: str
    body: str
    body_type: str
    engine: str


_WORDING = ("name", *(f"published__{one.name}" for one in fields(Found)[1:]))


def find(tenant_id: UUID, reference: str, *, channel: str, field: str) -> Found:
    """By id or by name; one query. Raises UnknownTemplate or TemplateWrongChannel."""
    own = Template.for_tenant(tenant_id).filter(published__isnull=False)
    identity = _uuid(reference)
    chosen = own.filter(id=identity) if identity else own.filter(name__iexact=reference)
    # Values, not rows: this is on the way of every message that has a template.
    row = chosen.order_by().values_list("channel", *_WORDING).first()
    if row is None:
        raise UnknownTemplate(
            _("%(field)s: there is no template %(name)s. GET /templates lists them.")
            % {"field": field, "name": ascii(reference)[:80]},
            field=field,
        )
    theirs, *wording = row
    if theirs != channel:
        raise TemplateWrongChannel(
            _("%(field)s: the template is for %(theirs)s, not for %(ours)s.")
            % {"field": field, "theirs": theirs, "ours": channel},
            field=field,
        )
    return Found(*wording)


def documents(tenant_id: UUID) -> QuerySet[Template]:
    """The documents that can be made files, by name; no query until they are used."""
    own = Template.for_tenant(tenant_id).filter(published__isnull=False)
    return own.filter(channel=DOCUMENT).order_by("name")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
