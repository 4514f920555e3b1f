"""Make, change and delete templates; each change of wording is a new version."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from notify_project.queue.writing import writing
from providers.channels.base import InvalidContent, check_line
from templates_app.checking import ensure_sound
from templates_app.engines import registry
from templates_app.errors import (
    InvalidTemplate,
    TemplateError,
    TemplateInUse,
    TemplateNameTaken,
    TemplateNotFound,
)
from templates_app.kinds import DOCUMENT, Kind, kind
from templates_app.models import Template, TemplateVersion
from templates_app.rendering import DEFAULT_ENGINE
from tenants import auditing
from tenants.models import Tenant, User

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A template's wording as an author gives it."""

    subject: str = ""
    body: str = ""
    body_type: str = ""
    engine: str = ""


def find(tenant: Tenant, template_id: UUID) -> Template:
    """Raises TemplateNotFound, for another tenant's as well."""
    return _first(Template.for_tenant(tenant).filter(id=template_id))


def _first(own: QuerySet[Template]) -> Template:
    template = own.select_related("published").first()
    if template is None:
        raise TemplateNotFound(_("There is no template with this id."))
    return template


def create(  # noqa: PLR0913  # each is a field of a template
    tenant: Tenant,
    *,
    name: str,
    channel_code: str,
    draft: Draft,
    description: str = "",
    locale: str = "",
    author: User | None = None,
) -> Template:
    """With its first version published; raises Invalid, TemplateNameTaken."""
    what = kind(channel_code)
    draft = _completed(what, draft)
    ensure_sound_draft(what, draft)
    try:
        with writing(), transaction.atomic():
            template = Template(
                tenant=tenant,
                name=_checked_name(name),
                channel=what.code,
                description=description,
                locale=_checked_locale(locale),
            )
            template.save(force_insert=True)
            _publish(template, draft, number=1, author=author)
    except IntegrityError:
        raise _taken(name) from None
    return template


def revise(
    template: Template, *, draft: Draft, author: User | None = None
) -> TemplateVersion:
    """A new published version; unchanged wording makes none."""
    with writing():
        _wait_for(template.tenant_id, template.id)
        return _revise(template, draft, author)


def change(
    tenant: Tenant, template_id: UUID, *, author: User | None = None, **fields: Any
) -> Template:
    """Set fields of a Draft, `name`, `description` and `locale`: all of them or, if
    that fails, none.

    Of two who change a template at once the second builds on what the first has made.
    Raises TemplateNotFound, Invalid, TemplateNameTaken.
    """
    try:
        with writing():
            _wait_for(tenant.id, template_id)
            template = find(tenant, template_id)
            base = draft_of(template.published) if template.published else Draft()
            wording = {k: v for k, v in fields.items() if k in Draft.__slots__}
            _revise(template, changed(base, **wording), author)
            if fields.keys() - wording.keys():
                template.name = _checked_name(fields.get("name", template.name))
                template.description = fields.get("description", template.description)
                template.locale = _checked_locale(fields.get("locale", template.locale))
                template.save(
                    update_fields=["name", "description", "locale", "updated_at"]
                )
    except IntegrityError:
        raise _taken(fields["name"]) from None
    return template


def _wait_for(tenant_id: UUID, template_id: UUID) -> None:
    """Two authors at once: the second waits here, and then sees what the first did."""
    row = Template.for_tenant(tenant_id).filter(id=template_id)
    row.update(published=F("published"))


def _revise(template: Template, draft: Draft, author: User | None) -> TemplateVersion:
    what = kind(template.channel)
    draft = _completed(what, draft)
    if template.published and draft == draft_of(template.published):
        return template.published
    ensure_sound_draft(what, draft)
    last = template.versions.order_by("-number").first()
    number = last.number + 1 if last else 1
    return _publish(template, draft, number=number, author=author)


def delete(template: Template) -> None:
    """Delete it with its versions; what was sent stays. Raises TemplateInUse."""
    try:
        with writing():
            Template.for_tenant(template.tenant_id).filter(id=template.id).update(
                published=None
            )
            template.delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(one) for one in error.protected_objects})[:5])
        raise TemplateInUse(
            _("The template is used by: %(users)s. Change that first.")
            % {"users": users}
        ) from None


def snapshot(template: Template) -> dict[str, object]:
    """What of a template the audit compares; the version's number tells the wording."""
    number = template.published.number if template.published else 0
    return {**auditing.snapshot(template), "version": number}


def draft_of(version: TemplateVersion) -> Draft:
    """A version's wording, to be changed."""
    return Draft(version.subject, version.body, version.body_type, version.engine)


def changed(draft: Draft, **fields: Any) -> Draft:
    """The draft with the fields that are given."""
    return replace(draft, **fields)


def _completed(what: Kind, draft: Draft) -> Draft:
    """A document is HTML, whatever the defaults say of messages."""
    return replace(draft, body_type="html") if what.code == DOCUMENT else draft


def ensure_sound_draft(what: Kind, draft: Draft) -> None:
    """Raise InvalidTemplate or a TemplateError that names field, line and column."""
    if what.has_subject and not draft.subject.strip():
        raise InvalidTemplate(_("Give a subject."), field="subject")
    if not what.has_subject and draft.subject:
        raise InvalidTemplate(
            _("A template for %(channel)s has no subject.") % {"channel": what.code},
            field="subject",
        )
    if not draft.body.strip():
        raise InvalidTemplate(_("Give a body."), field="body")
    if draft.body_type and draft.body_type not in what.body_types:
        raise InvalidTemplate(
            _("bodyType must be one of: %(known)s.")
            % {"known": ", ".join(what.body_types)},
            field="bodyType",
        )
    _ensure_one_line(draft.subject)
    engine = draft.engine or DEFAULT_ENGINE
    try:
        registry.engine(engine).ensure_allowed()
    except TemplateError as error:
        raise error.at("renderer") from None
    for field, source in (("subject", draft.subject), ("body", draft.body)):
        ensure_sound(engine, source, field=field)


def _ensure_one_line(subject: str) -> None:
    """A break would come out in every message, and be refused only there."""
    try:
        check_line(subject, "subject", max_length=max(1, len(subject)))
    except InvalidContent as refusal:
        raise InvalidTemplate(refusal.message, field="subject") from None


def _publish(
    template: Template, draft: Draft, *, number: int, author: User | None
) -> TemplateVersion:
    version = TemplateVersion(
        tenant_id=template.tenant_id,
        template=template,
        number=number,
        subject=draft.subject,
        body=draft.body,
        body_type=draft.body_type,
        engine=draft.engine,
        created_by=author,
    )
    version.save(force_insert=True)
    template.published = version
    template.save(update_fields=["published", "updated_at"])
    return version


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > 200 or not stripped.isprintable():
        raise InvalidTemplate(
            _("Give a name of 1 to 200 printable characters."), field="name"
        )
    return stripped


def _checked_locale(locale: str) -> str:
    if locale and not _LOCALE.fullmatch(locale):
        raise InvalidTemplate(
            _("Give a language tag, such as en or fr-CA."), field="locale"
        )
    return locale


def _taken(name: str) -> TemplateNameTaken:
    return TemplateNameTaken(
        _("There is a template of this name already. Choose another, or change that."),
        field="name",
    )
