"""What a version would send with sample params, for the page that shows it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from delivery import outside_words
from delivery.composed import Attached, ComposedChannel
from delivery.telling import layer_in_words
from delivery.withholding import withhold
from events import checking, previewing
from events.admin import places
from events.admin.channel_fields import KINDS
from events.designs import Design
from events.event_types import design_of
from events.models import EventType, EventVersion
from notify_project.errors import Malformed, NotifyError
from notify_project.observability.framed import framed_within
from providers.channels.base import channel
from providers.files import File
from templates_app import embedding, images
from tenants.admin import telling
from tenants.admin.json_field import read_object
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that goes along; `content` is its bytes in base64, "" while it is not
    made. `by_service` makes it a call of a service."""

    name: str
    content_type: str
    size_bytes: int = 0
    content: str = ""
    by_service: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One channel in words: facts and texts, each as a pair of label and value.

    `html` is the body as it would look, "" for one that is text, and `plain` is what
    readers without HTML get. `cost` says what the texts cost, `unmade` that a service
    is yet to fill them in.
    """

    code: str
    label: str
    facts: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    files: tuple[ShownFile, ...] = ()
    html: str = ""
    plain: str = ""
    cost: str = ""
    unmade: bool = False

    @property
    def may_be_made(self) -> bool:
        """Something is left to be made, when somebody asks for it."""
        return self.unmade or any(not one.content for one in self.files)

    @property
    def asks_a_service(self) -> bool:
        """What is left costs a call of somebody else's."""
        return self.unmade or any(one.by_service for one in self.files)

    @property
    def framed(self) -> str:
        """The HTML for an `<iframe sandbox srcdoc>`."""
        return framed_within(self.html)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """By channel what would be sent, with who decided it; or what is wrong."""

    channels: tuple[Shown, ...] = ()
    decided_by: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def of(event: EventType, version: EventVersion, samples: str) -> Rehearsed:
    """Stores and sends nothing."""
    try:
        params = read_object(samples, _("Params"))
        return of_design(event.tenant, event.name, design_of(version), params)
    except Malformed as refusal:
        return Rehearsed(problems=(refusal.message,))
    except NotifyError as refusal:
        return Rehearsed(problems=telling.sentences(refusal))


def of_design(
    tenant: Tenant,
    name: str,
    design: Design,
    params: Mapping[str, Any],
    *,
    at_once: bool = False,
) -> Rehearsed:
    """The same of a design that need not be stored; raises what a call with these
    params would be answered.

    `at_once` leaves unmade what may take seconds: files, and words of a service.
    """
    composed = withhold(checking.rehearse(tenant, name, design, params, ask=True))
    live = composed.live
    if not at_once:
        live = tuple(outside_words.finished(one) for one in live)
    return Rehearsed(
        channels=tuple(_shown(one, tenant.id, at_once=at_once) for one in live),
        decided_by={
            places.in_words(field): layer_in_words(layer)
            for field, layer in previewing.explained(composed).items()
        },
        warnings=tuple(map(places.in_words, composed.plan.warnings)),
    )


def _shown(one: ComposedChannel, tenant_id: UUID, *, at_once: bool) -> Shown:
    kind = channel(one.plan.channel)
    html = one.texts.get("body", "") if one.body_type == "html" else ""
    urls = images.as_urls({each.name: each for each in one.images})
    texts = [
        (str(each.label), one.texts.get(each.name, ""))
        for each in kind.content_fields
        if not (html and each.name == "body")
    ]
    return Shown(
        kind.code,
        str(kind.label),
        tuple(pair for pair in _facts(one, tenant_id) if pair[1]),
        tuple(pair for pair in texts if pair[1]),
        _files(one, at_once=at_once),
        embedding.inlined(html, urls.get),
        plain=one.texts.get("text", "") if html else "",
        cost=kind.measured(one.texts),
        unmade=at_once and one.outside is not None,
    )


def _files(one: ComposedChannel, *, at_once: bool) -> tuple[ShownFile, ...]:
    made = one.files if at_once else previewing.made(one)
    return tuple(map(_file, made))


def _file(one: Attached) -> ShownFile:
    if isinstance(one, File):
        content = base64.b64encode(one.data).decode()
        return ShownFile(one.filename, one.content_type, len(one.data), content)
    by_service = "service" in one.recipe
    return ShownFile(one.filename, one.content_type, by_service=by_service)


def _facts(one: ComposedChannel, tenant_id: UUID) -> list[tuple[str, str]]:
    """Beside the words: who, and what goes along."""
    facts = [(_("From"), one.plan.sender.address)]
    recipients = previewing.recipients(one, tenant_id)
    for name, label in KINDS.items():
        facts.append((str(label), ", ".join(recipients.get(name, ()))))
    count = previewing.subscribers(one)
    facts.append((_("Subscribers, a message each"), str(count) if count else ""))
    facts.append((_("Replies go to"), ", ".join(one.reply_to)))
    facts += one.plan.headers.items()
    facts.append((_("Images"), ", ".join(each.filename for each in one.images)))
    return facts
