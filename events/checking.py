"""A design is checked when it is saved: what is wrong is said now, with its field.

1. Each channel by itself: references are the tenant's and of that channel, values are
   known, texts can be read. 2. If there are sample params, the whole is rehearsed with
   them: resolved and composed as a request would be, and nothing stored.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from delivery.composed import Composed
from delivery.composing import compose
from delivery.errors import NoRecipient
from delivery.problems import Problems
from delivery.unknowns import Policy
from events import attachments, expecting, naming
from events.designs import ChannelDesign, Design, event_of
from events.errors import InvalidDesign
from events.event_requests import OF_EVENT
from events.naming import Named
from events.requests import CHANNELS, NotifyRequest
from events.resolving import resolve
from notify_project.errors import FieldError, Invalid
from providers import downstream
from providers.channels.base import Channel, channel
from providers.models import Account, Sender
from templates_app import images, looking_up
from templates_app.checking import ensure_sound as ensure_sound_text
from templates_app.engines import registry
from templates_app.errors import TemplateError
from templates_app.models import Template
from templates_app.params import plain
from templates_app.rendering import DEFAULT_ENGINE
from tenants.callers import ALL_SCOPES, Caller
from tenants.models import Tenant

_PRIORITIES = ("high", "normal", "low")
_URGENCIES = ("critical", "high", "normal", "low")
_LONGEST_SECONDS = 366 * 86_400
_VALUES = {"recipients", "content", "headers", "replyTo", "priority", "onUnknown"}
_VALUES |= {"params", "from", "account", "attachments"}


def ensure_sound(tenant: Tenant, name: str, design: Design) -> Mapping[str, Named]:
    """By channel, the id of each group and list that its recipients name.

    Raises InvalidDesign with one entry for each field that is wrong.
    """
    found = _Found()
    found.gather(_whole, design)
    named = {
        code: _channel(tenant, code, one, found)
        for code, one in design.channels.items()
    }
    found.raise_all()
    if design.sample_params:
        ensure_sendable(tenant, name, design)
    return named


def ensure_sendable(tenant: Tenant, name: str, design: Design) -> None:
    """A call with the sample params, or with none, would be accepted, or would be
    once somebody has subscribed. Raises InvalidDesign with all that it would be
    answered."""
    found = _Found()
    found.gather(rehearse, tenant, name, design, design.sample_params)
    found.raise_all(unless=naming.of_lists(design))


def rehearse(
    tenant: Tenant,
    name: str,
    design: Design,
    params: Mapping[str, Any],
    *,
    ask: bool = False,
) -> Composed:
    """What a call with these params would send; raises what it would be answered.

    Without `ask` no directory is called, as where a design is saved in a transaction.
    """
    request = NotifyRequest(
        rehearsal=not ask,
        layer={"params": params} if params else {},
        spelling=dict.fromkeys(CHANNELS, OF_EVENT),
    )
    problems = Problems()
    caller = Caller(tenant, "live", ALL_SCOPES, "design")
    plan = resolve(caller, request, problems, event_of(name, 0, design))
    return compose(plan, problems.found)


class _Found(Problems):
    """Problems that are told as those of a design."""

    def raise_all(self, *, unless: Container[str] = ()) -> None:
        """`unless` has fields that may be left without anybody."""
        entries = [
            one
            for each in self.found
            for one in each.errors or (FieldError("", each.kind, each.message),)
            if not (one.code == NoRecipient.code and one.field in unless)
        ]
        if not entries:
            return
        text = entries[0].message
        if len(entries) > 1:
            text += _(" (and %(count)s more, see errors)") % {"count": len(entries) - 1}
        raise InvalidDesign(text, errors=entries)


def _whole(design: Design) -> None:
    """What is said beside the channels."""
    found = _Found()
    if not any(one.on for one in design.channels.values()):
        found.found.append(_wrong("channels", _("Switch at least one channel on.")))
    if design.urgency not in _URGENCIES:
        found.found.append(_one_of("urgency", _URGENCIES))
    for field in ("expires_after_seconds", "window_seconds"):
        seconds = getattr(design, field)
        if seconds is not None and not 0 <= seconds <= _LONGEST_SECONDS:
            text = _("Give 0 to %(limit)s seconds.") % {"limit": _LONGEST_SECONDS}
            found.found.append(_wrong(field, text))
    found.gather(expecting.ensure_sound, design.params_schema, field="params_schema")
    found.gather(plain, design.sample_params)
    found.gather(plain, design.params)
    if design.callback and not design.callback.get("url"):
        text = _("Say where to call, or choose that nobody is told.")
        found.found.append(_wrong("callback.url", text))
    found.raise_all()


def _channel(tenant: Tenant, code: str, one: ChannelDesign, found: Problems) -> Named:
    """Tells `found` what is wrong; what its recipients name."""
    kind = found.gather(channel, code, field="channels")
    if kind is None:
        return {}
    for check in (_references, _values, _content, _literal_recipients, _attachments):
        found.gather(check, tenant, kind, one)
    return found.gather(naming.ids_of, tenant, code, one) or {}


def _references(tenant: Tenant, kind: Channel, one: ChannelDesign) -> None:
    found = _Found()
    senders = Sender.for_tenant(tenant).filter(verified_at__isnull=False)
    offered: tuple[tuple[str, UUID | None, QuerySet[Any], str], ...] = (
        (
            "template",
            one.template_id,
            Template.for_tenant(tenant).filter(
                purpose=Template.Purpose.TEMPLATE, published__isnull=False
            ),
            _("Choose a template of yours for %(channel)s."),
        ),
        (
            "sender",
            one.sender_id,
            senders,
            _("Choose a verified sender of yours for %(channel)s."),
        ),
        (
            "account",
            one.account_id,
            Account.offered_to(tenant).filter(active=True),
            _("Choose an active account for %(channel)s."),
        ),
    )
    for name, wanted, rows, text in offered:
        if wanted and not rows.filter(id=wanted, channel=kind.code).exists():
            told = text % {"channel": kind.code}
            found.found.append(_wrong(f"{kind.code}.{name}", told))
    found.raise_all()


def _values(tenant: Tenant, kind: Channel, one: ChannelDesign) -> None:
    found = _Found()
    for name in sorted(one.values.keys() - _VALUES):
        text = _("%(name)s is not known here.") % {"name": ascii(name)[:40]}
        found.found.append(_wrong(f"{kind.code}.{name[:40]}", text))
    if not (one.values or one.template_id or one.sender_id or one.account_id):
        found.found.append(
            _wrong(kind.code, _("Say something of this channel, or leave it out."))
        )
    for name, known in (("priority", _PRIORITIES), ("onUnknown", tuple(Policy))):
        if one.values.get(name, known[0]) not in known:
            found.found.append(_one_of(f"{kind.code}.{name}", known))
    headers = one.values.get("headers", {})
    found.gather(kind.check_extras, headers, (), path=f"{kind.code}.")
    found.raise_all()


def _content(tenant: Tenant, kind: Channel, one: ChannelDesign) -> None:
    """Texts in place can be read, whatever they will be filled with."""
    content: Mapping[str, Any] = one.values.get("content", {})
    texts = {each.name for each in kind.content_fields}
    found = _Found()
    for name in sorted(content.keys() - texts - {"bodyType", "renderer"}):
        text = _("%(name)s is not known here.") % {"name": ascii(name)[:40]}
        found.found.append(_wrong(f"{kind.code}.content.{name[:40]}", text))
    if content.get("bodyType", kind.body_types[0]) not in kind.body_types:
        found.found.append(_one_of(f"{kind.code}.content.bodyType", kind.body_types))
    engine = found.gather(_engine, kind, content) or DEFAULT_ENGINE
    for name in sorted(texts & content.keys()):
        field = f"{kind.code}.content.{name}"
        found.gather(ensure_sound_text, engine, content[name], field=field)
    body = content.get("body", "")
    known = images.ids(tenant.id, [body])
    found.gather(images.ensure_there, body, known, field=f"{kind.code}.content.body")
    found.raise_all()


def _engine(kind: Channel, content: Mapping[str, Any]) -> str:
    name = content.get("renderer") or DEFAULT_ENGINE
    try:
        registry.engine(name).ensure_allowed()
    except TemplateError as error:
        raise error.at(f"{kind.code}.content.renderer") from None
    return str(name)


def _literal_recipients(tenant: Tenant, kind: Channel, one: ChannelDesign) -> None:
    """Addresses are addresses; what holds params can be read."""
    found = _Found()
    for field, entry in naming.entries_of(kind.code, one):
        if isinstance(entry, Mapping):
            continue
        if "{{" in entry:
            found.gather(ensure_sound_text, DEFAULT_ENGINE, entry, field=field)
            continue
        try:
            kind.normalise(entry, region=tenant.phone_region)
        except Invalid as error:
            found.found.append(_wrong(field, f"{field}: {error.message}"))
    found.raise_all()


def _attachments(tenant: Tenant, kind: Channel, one: ChannelDesign) -> None:
    """Each is made of a document of the tenant's, under a name that can be filled."""
    found = _Found()
    if one.values.get("attachments") and not kind.attachments:
        text = _("%(channel)s carries no files.") % {"channel": kind.code}
        found.found.append(_wrong(f"{kind.code}.attachments", text))
    offered: Mapping[str, QuerySet[Any]] = {
        "template": looking_up.documents(tenant.id),
        "service": downstream.offered(tenant.id, "documents"),
    }
    known = {what: set(map(str, _ids(rows))) for what, rows in offered.items()}
    for position, what, reference in attachments.references_of(one.values):
        field = f"{kind.code}.attachments[{position}]"
        if reference not in known[what]:
            text = _("Choose a document or a service of yours.")
            found.found.append(_wrong(f"{field}.{what}", text))
        name = str(one.values["attachments"][position].get("filename", ""))
        if not name.strip():
            text = _("Give the file a name, such as Letter {{number}}.pdf.")
            found.found.append(_wrong(f"{field}.filename", text))
        path = f"{field}.filename"
        found.gather(ensure_sound_text, DEFAULT_ENGINE, name, field=path)
    found.raise_all()


def _ids(rows: QuerySet[Any]) -> Iterator[UUID]:
    return rows.values_list("id", flat=True).iterator()


def _wrong(field: str, text: str) -> InvalidDesign:
    return InvalidDesign(text, field=field)


def _one_of(field: str, known: Sequence[str]) -> InvalidDesign:
    text = _("Must be one of: %(known)s.") % {"known": ", ".join(map(str, known))}
    return _wrong(field, text)
