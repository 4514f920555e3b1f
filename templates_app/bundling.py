"""A tenant's wording as plain data under names, and back: for a file that another
tenant, or another Notify, takes over. What is a draft stays at home.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from notify_project.queue.writing import writing
from templates_app import editing, images, partials
from templates_app.drafts import Draft, draft_of
from templates_app.errors import InvalidTemplate, shown
from templates_app.models import Image, Template, TemplateVersion
from tenants.models import Tenant, User

Entry = Mapping[str, Any]
# What each kind of entry says, with what is meant where it says nothing.
IMAGE: Entry = {"name": "", "description": "", "content": ""}
TEMPLATE: Entry = {
    "name": "",
    "purpose": "template",
    "channel": "",
    "description": "",
    "locale": "",
    "subject": "",
    "body": "",
    "bodyType": "",
    "engine": "",
    "layout": "",
    "variants": {},
    "sampleParams": {},
}
# Those that are called come before those that call them.
_ORDER = ("partial", "layout", "template")


def images_of(tenant: Tenant) -> Sequence[Entry]:
    """By name; the pictures in base64."""
    rows = Image.for_tenant(tenant).select_related("picture").order_by("name")
    return [
        {
            "name": one.name,
            "description": one.description,
            "content": base64.b64encode(bytes(one.picture.data)).decode("ascii"),
        }
        for one in rows
    ]


def templates_of(tenant: Tenant) -> Sequence[Entry]:
    """Those that were published, by name, as they are heard now."""
    rows = TemplateVersion.for_tenant(tenant).filter(template__published_id=F("id"))
    rows = rows.select_related("template", "layout").order_by("template__name")
    return [_entry(one) for one in rows]


def _entry(version: TemplateVersion) -> Entry:
    template, draft = version.template, draft_of(version)
    return {
        "name": template.name,
        "purpose": template.purpose,
        "channel": template.channel,
        "description": template.description,
        "locale": template.locale,
        "subject": draft.subject,
        "body": draft.body,
        "bodyType": draft.body_type,
        "engine": draft.engine,
        "layout": version.layout.name if version.layout else "",
        "variants": {tag: dict(words) for tag, words in draft.variants.items()},
        "sampleParams": template.sample_params,
    }


def in_order(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Partials, those that are called first; layouts; then what is made with both, and
    what is none of these."""
    by_purpose = {one: [e for e in entries if e["purpose"] == one] for one in _ORDER}
    return [
        *_called_first(by_purpose["partial"]),
        *by_purpose["layout"],
        *by_purpose["template"],
        *(one for one in entries if one["purpose"] not in _ORDER),
    ]


def _called_first(left: Sequence[Entry]) -> Iterator[Entry]:
    """Of a circle, any: whoever saves it says so."""
    while left:
        names = {one["name"] for one in left}
        free = [one for one in left if not (_called(one) & names)] or left
        yield from free
        left = [one for one in left if one not in free]


def _called(entry: Entry) -> set[str]:
    words = entry["variants"].values()
    texts = [entry["subject"], entry["body"]]
    texts += [text for one in words for text in one.values()]
    return set(partials.called(entry["engine"], texts))


def put_image(tenant: Tenant, entry: Entry) -> tuple[str, Image]:
    """ "created" or "changed", and the image. Raises Invalid."""
    data = base64.b64decode(entry["content"], validate=True)
    description = entry["description"]
    there = Image.for_tenant(tenant).filter(name__iexact=entry["name"]).first()
    if there is None:
        name = entry["name"]
        made = images.create(tenant, name=name, data=data, description=description)
        return "created", made
    images.change(there, data=data, description=description)
    return "changed", there


def put_template(
    tenant: Tenant, entry: Entry, author: User | None
) -> tuple[str, Template]:
    """Published at once; a draft that is there stays. "created" or "changed", and the
    template. Raises Invalid."""
    _ensure_purpose(entry)
    there = Template.for_tenant(tenant).filter(name__iexact=entry["name"]).first()
    naming = {"description": entry["description"], "locale": entry["locale"]}
    draft = Draft(
        subject=entry["subject"],
        body=entry["body"],
        body_type=entry["bodyType"],
        engine=entry["engine"],
        layout=_layout(tenant, entry),
        variants=entry["variants"],
    )
    with writing():
        if there is None:
            made = editing.create(
                tenant,
                name=entry["name"],
                channel_code=entry["channel"],
                purpose=entry["purpose"],
                draft=draft,
                author=author,
                **naming,
            )
        else:
            _ensure_same_kind(there, entry)
            wording = {name: getattr(draft, name) for name in Draft.__slots__}
            made = editing.change(tenant, there.id, author=author, **naming, **wording)
        made.sample_params = entry["sampleParams"]
        made.save(update_fields=["sample_params", "updated_at"])
    return ("changed" if there else "created"), made


def _layout(tenant: Tenant, entry: Entry) -> Any:
    if not entry["layout"]:
        return None
    rows = Template.for_tenant(tenant).filter(
        purpose=Template.Purpose.LAYOUT,
        channel=entry["channel"],
        name__iexact=entry["layout"],
    )
    found = rows.first()
    if found is None:
        raise InvalidTemplate(
            _("There is no layout %(name)s here.") % {"name": shown(entry["layout"])},
            field="layout",
        )
    return found.id


def _ensure_purpose(entry: Entry) -> None:
    if entry["purpose"] not in _ORDER:
        known = ", ".join(_ORDER)
        raise InvalidTemplate(
            _("Must be one of: %(known)s.") % {"known": known}, field="purpose"
        )


def _ensure_same_kind(template: Template, entry: Entry) -> None:
    here = (template.purpose, template.channel)
    if here != (entry["purpose"], entry["channel"]):
        raise InvalidTemplate(
            _("What has this name here is a %(purpose)s for %(channel)s.")
            % {
                "purpose": template.get_purpose_display(),
                "channel": template.channel,
            },
            field="name",
        )
