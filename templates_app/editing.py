"""Make, change and delete templates: names at once, wording in versions.

A program's change is published at once; a person's is a draft, which publishing.py
publishes. What was published never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.queue.writing import writing
from templates_app import images, locales, partials, using
from templates_app.drafts import (
    Draft,
    around,
    changed,
    completed,
    draft_of,
    ensure_sound_draft,
)
from templates_app.errors import (
    InvalidTemplate,
    TemplateInUse,
    TemplateNameTaken,
    TemplateNotFound,
)
from templates_app.kinds import kind
from templates_app.models import (
    Template,
    TemplateImage,
    TemplatePart,
    TemplateVersion,
)
from templates_app.shapes import CONTENT
from tenants import auditing
from tenants.models import Tenant, User

_NAMED_USERS = 5
_NAMING = ("name", "description", "locale")


def find(tenant: Tenant, template_id: UUID) -> Template:
    """Raises TemplateNotFound, for another tenant's as well."""
    return _first(Template.for_tenant(tenant).filter(id=template_id))


def _first(own: QuerySet[Template]) -> Template:
    template = own.select_related("published__layout__published").first()
    if template is None:
        raise TemplateNotFound(_("There is no template with this id."))
    return template


def open_draft(template: Template) -> TemplateVersion | None:
    """The version that is being worked on, if any."""
    return template.versions.filter(published_at__isnull=True).first()


def newest(template: Template) -> TemplateVersion | None:
    """What an author goes on with: the draft, else what is published."""
    return open_draft(template) or template.published


def create(  # noqa: PLR0913  # each is a field of a template
    tenant: Tenant,
    *,
    name: str,
    channel_code: str,
    draft: Draft,
    purpose: str = Template.Purpose.TEMPLATE,
    description: str = "",
    locale: str = "",
    author: User | None = None,
    publish: bool = True,
) -> Template:
    """With its first version, published or a draft. Raises Invalid,
    TemplateNameTaken."""
    template = Template(
        tenant=tenant,
        name=_checked_name(name, purpose),
        purpose=purpose,
        channel=kind(channel_code).code,
        description=description,
        locale=_checked_locale(locale),
    )
    draft = completed(template, draft)
    ensure_sound_draft(draft, around(template, draft))
    try:
        with writing(), transaction.atomic():
            template.save(force_insert=True)
            _write(template, draft, author, publish=publish)
    except IntegrityError:
        raise _taken(name) from None
    return template


def revise(
    template: Template, *, draft: Draft, author: User | None = None
) -> TemplateVersion:
    """A new published version; unchanged wording makes none."""
    with writing():
        wait_for(template)
        return _revise(template, draft, author, publish=True)


def change(
    tenant: Tenant,
    template_id: UUID,
    *,
    author: User | None = None,
    publish: bool = True,
    **fields: Any,
) -> Template:
    """Set fields of a Draft, `name`, `description` and `locale`: all of them or, if
    that fails, none. Wording that is not to be published goes into the draft.

    Of two who change a template at once the second builds on what the first has made.
    Raises TemplateNotFound, Invalid, TemplateNameTaken.
    """
    try:
        with writing():
            wait_for(find(tenant, template_id))
            template = find(tenant, template_id)
            wording = {k: v for k, v in fields.items() if k in Draft.__slots__}
            base = template.published if publish else newest(template)
            draft = changed(draft_of(base) if base else Draft(), **wording)
            if wording:
                _revise(template, draft, author, publish=publish)
            if fields.keys() - wording.keys():
                _name(template, fields)
    except IntegrityError:
        raise _taken(fields["name"]) from None
    return template


def _name(template: Template, fields: dict[str, Any]) -> None:
    name = _checked_name(fields.get("name", template.name), template.purpose)
    if name != template.name and template.purpose == Template.Purpose.PARTIAL:
        _ensure_nobody_calls(template)
    template.name = name
    template.description = fields.get("description", template.description)
    template.locale = _checked_locale(fields.get("locale", template.locale))
    template.save(update_fields=[*_NAMING, "updated_at"])


def _ensure_nobody_calls(template: Template) -> None:
    """Templates call a partial by its name."""
    rows = TemplatePart.for_tenant(template.tenant_id).filter(part=template)
    if users := rows.select_related("version__template"):
        raise _in_use(users)


def wait_for(template: Template) -> None:
    """Two authors at once: the second waits here, and then sees what the first did."""
    row = Template.for_tenant(template.tenant_id).filter(id=template.id)
    row.update(published=F("published"))


def _revise(
    template: Template, draft: Draft, author: User | None, *, publish: bool
) -> TemplateVersion:
    draft = completed(template, draft)
    current = template.published if publish else newest(template)
    if current and draft == draft_of(current):
        return current
    ensure_sound_draft(draft, around(template, draft))
    if publish:
        using.ensure_all_hold(template, draft)
    return _write(template, draft, author, publish=publish)


def delete(template: Template) -> None:
    """Delete it with its versions; what was sent stays. Raises TemplateInUse."""
    try:
        with writing():
            Template.for_tenant(template.tenant_id).filter(id=template.id).update(
                published=None
            )
            template.delete()
    except ProtectedError as error:
        raise _in_use(error.protected_objects) from None


def _in_use(users: Iterable[object]) -> TemplateInUse:
    names = sorted({str(one) for one in users})
    return TemplateInUse(
        _("The template is used by: %(users)s. Change that first.")
        % {"users": ", ".join(names[:_NAMED_USERS])}
    )


def snapshot(template: Template) -> dict[str, object]:
    """What of a template the audit compares; the numbers tell the wording."""
    draft = open_draft(template)
    return {
        **auditing.snapshot(template),
        "version": template.published.number if template.published else 0,
        "draft": draft.number if draft else 0,
    }


def _write(
    template: Template, draft: Draft, author: User | None, *, publish: bool
) -> TemplateVersion:
    """A new version that is heard at once, or the draft."""
    version = None if publish else open_draft(template)
    if version is None:
        last = template.versions.order_by("-number").first()
        number = last.number + 1 if last else 1
        version = TemplateVersion(
            tenant_id=template.tenant_id, template=template, number=number
        )
    version.subject, version.body = draft.subject, draft.body
    version.body_type, version.engine = draft.body_type, draft.engine
    version.layout_id = draft.layout
    version.variants = {tag: dict(words) for tag, words in draft.variants.items()}
    version.created_by, version.created_at = author, timezone.now()
    if publish:
        version.published_by, version.published_at = author, version.created_at
    version.save()
    _write_parts(version)
    if publish:
        hear(template, version)
    return version


def _write_parts(version: TemplateVersion) -> None:
    """Which partials it calls and images it shows, so that they stay while it does."""
    TemplatePart.for_tenant(version.tenant_id).filter(version=version).delete()
    TemplateImage.for_tenant(version.tenant_id).filter(version=version).delete()
    texts = [text for _name, text in draft_of(version).texts]
    for image in images.ids(version.tenant_id, texts).values():
        TemplateImage(
            tenant_id=version.tenant_id, version=version, image_id=image
        ).save(force_insert=True)
    names = partials.called(version.engine, texts)
    rows = Template.for_tenant(version.tenant_id).filter(
        purpose=Template.Purpose.PARTIAL,
        channel=version.template.channel,
        name__in=names,
    )
    for part in rows if names else ():
        TemplatePart(tenant_id=version.tenant_id, version=version, part=part).save(
            force_insert=True
        )


def hear(template: Template, version: TemplateVersion) -> None:
    """What is sent from now on."""
    template.published = version
    template.save(update_fields=["published", "updated_at"])


def _checked_name(name: str, purpose: str) -> str:
    stripped = name.strip()
    if purpose == Template.Purpose.PARTIAL and (
        not partials.NAME.fullmatch(stripped) or stripped == CONTENT
    ):
        raise InvalidTemplate(
            _(
                "A partial's name begins with a letter and goes on with letters, "
                "digits, hyphens and underscores, so that it can be called; "
                "content is taken by layouts."
            ),
            field="name",
        )
    if not stripped or len(stripped) > 200 or not stripped.isprintable():
        raise InvalidTemplate(
            _("Give a name of 1 to 200 printable characters."), field="name"
        )
    return stripped


def _checked_locale(locale: str) -> str:
    if locale and not locales.is_tag(locale):
        raise InvalidTemplate(
            _("Give a language tag, such as en or fr-CA."), field="locale"
        )
    return locales.canonical(locale) if locale else ""


def _taken(name: str) -> TemplateNameTaken:
    return TemplateNameTaken(
        _("There is a template of this name already. Choose another, or change that."),
        field="name",
    )
