"""From draft to what is sent: publish, discard, and go back to an older version."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.queue.writing import writing
from templates_app import using
from templates_app.drafts import Draft, around, draft_of, ensure_sound_draft
from templates_app.editing import hear, open_draft, wait_for
from templates_app.errors import InvalidTemplate, TemplateNotFound
from templates_app.models import Template, TemplateVersion
from tenants.models import User


def publish(template: Template, *, author: User | None = None) -> TemplateVersion:
    """The draft is sent from now on. Raises Invalid if there is none, or if it is not
    sound any more."""
    checked = _read(open_draft(template))
    ensure_sound_draft(checked, around(template, checked))
    using.ensure_all_hold(template, checked)
    before = using.troubles(template)
    with writing():
        wait_for(template)
        draft = open_draft(template)
        if draft is None or _read(draft) != checked:
            raise InvalidTemplate(
                _("Somebody changed the draft meanwhile. Look at it, and publish then.")
            )
        draft.published_at, draft.published_by = timezone.now(), author
        draft.save(update_fields=["published_at", "published_by"])
        hear(template, draft)
        using.ensure_none_broke(template, before)
    return draft


def _read(draft: TemplateVersion | None) -> Draft:
    if draft is None:
        raise InvalidTemplate(_("There is no draft to publish."))
    return draft_of(draft)


def roll_back(template: Template, number: int) -> TemplateVersion:
    """An older version is sent again, as it was. Raises TemplateNotFound for one that
    never was published, Invalid where it can no longer be sent."""
    version = template.versions.filter(
        number=number, published_at__isnull=False
    ).first()
    if version is None:
        raise TemplateNotFound(_("There is no published version of this number."))
    older = draft_of(version)
    ensure_sound_draft(older, around(template, older))
    using.ensure_all_hold(template, older)
    before = using.troubles(template)
    with writing():
        wait_for(template)
        hear(template, version)
        using.ensure_none_broke(template, before)
    return version


def discard_draft(template: Template) -> None:
    """What is published stays as it is. Raises InvalidTemplate if nothing is."""
    if template.published_id is None:
        raise InvalidTemplate(
            _("The draft is all that there is. Publish it, or delete the template.")
        )
    with writing():
        wait_for(template)
        template.versions.filter(published_at__isnull=True).delete()
