"""What is wrong with what a stored layer says of one channel, each with its field.

References are the owner's and of that channel, values are known, texts can be read.
An event type's say is checked so, and that of defaults; the system's has no owner.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from delivery.errors import NoRecipient
from delivery.problems import Problems
from delivery.unknowns import Policy
from events import attachments, naming, offers
from events.designs import ChannelDesign
from events.errors import InvalidDesign
from events.naming import Named
from notify_project.errors import FieldError, Invalid
from providers.channels.base import Channel, channel
from templates_app import images
from templates_app.checking import ensure_sound as ensure_sound_text
from templates_app.engines import registry
from templates_app.errors import TemplateError
from templates_app.params import plain
from templates_app.rendering import DEFAULT_ENGINE
from tenants.models import Tenant

_REPLY_TO = 5
PRIORITIES = ("high", "normal", "low")
_ALL = frozenset(
    {
        *("recipients", "content", "headers", "replyTo", "priority", "onUnknown"),
        *("params", "from", "account", "attachments"),
    }
)
# Beside the content, where a template of a higher layer does not replace them.
OF_DEFAULTS = frozenset({"bodyType", "defaultRenderer"})
_OF_REQUESTS = frozenset({"identityId", "provider", "delayedSend", "expiresAt"})


@dataclass(frozen=True, slots=True)
class _Say:
    """What is looked at: whose layer, of which channel, and what it says."""

    owner: Tenant | None
    kind: Channel
    one: ChannelDesign
    more: frozenset[str]  # values beside those that every layer has

    @property
    def code(self) -> str:
        return self.kind.code

    @property
    def rows(self) -> Mapping[str, QuerySet[Any]]:
        return offers.of(self.owner, self.code)


class Flaws(Problems):
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


def run(
    owner: Tenant | None,
    code: str,
    one: ChannelDesign,
    found: Problems,
    *,
    more: frozenset[str] = frozenset(),
) -> Named:
    """Tells `found` what is wrong; returns what its recipients name."""
    kind = found.gather(channel, code, field="channels")
    if kind is None:
        return {}
    say = _Say(owner, kind, one, more)
    for check in _CHECKS:
        for each in check(say):
            found.found.append(each)
    if owner is None:
        found.found += _of_tenants(say)
        return {}
    return found.gather(naming.ids_of, owner, code, one) or {}


def _references(say: _Say) -> list[Invalid]:
    one, rows = say.one, say.rows
    wanted: tuple[tuple[str, UUID | None, str], ...] = (
        (
            "template",
            one.template_id,
            _("Choose a template of yours for %(channel)s."),
        ),
        (
            "sender",
            one.sender_id,
            _("Choose a verified sender of yours for %(channel)s."),
        ),
        ("account", one.account_id, _("Choose an active account for %(channel)s.")),
    )
    return [
        _wrong(f"{say.code}.{name}", text % {"channel": say.code})
        for name, identity, text in wanted
        if identity and not (name in rows and rows[name].filter(id=identity).exists())
    ]


def _values(say: _Say) -> list[Invalid]:
    values, code = say.one.values, say.code
    found = Problems()
    for name in sorted(values.keys() - (_ALL | say.more)):
        text = _("%(name)s is not known here.") % {"name": repr(name)[:40]}
        found.found.append(_wrong(f"{code}.{name[:40]}", text))
    for name, known in (
        ("priority", PRIORITIES),
        ("onUnknown", tuple(Policy)),
        ("bodyType", say.kind.body_types),
    ):
        if values.get(name, known[0]) not in known:
            found.found.append(one_of(f"{code}.{name}", known))
    if "defaultRenderer" in values:
        name = str(values["defaultRenderer"])
        found.gather(_ensure_engine, name, field=f"{code}.defaultRenderer")
    headers = values.get("headers", {})
    found.gather(say.kind.check_extras, headers, (), path=f"{code}.")
    found.gather(plain, values.get("params", {}))
    return found.found


def _content(say: _Say) -> list[Invalid]:
    """Texts in place can be read, whatever they will be filled with."""
    kind, code = say.kind, say.code
    content: Mapping[str, Any] = say.one.values.get("content", {})
    texts = {each.name for each in kind.content_fields}
    found = Problems()
    for name in sorted(content.keys() - texts - {"bodyType", "renderer"}):
        text = _("%(name)s is not known here.") % {"name": repr(name)[:40]}
        found.found.append(_wrong(f"{code}.content.{name[:40]}", text))
    if content.get("bodyType", kind.body_types[0]) not in kind.body_types:
        found.found.append(one_of(f"{code}.content.bodyType", kind.body_types))
    wanted = content.get("renderer") or DEFAULT_ENGINE
    field = f"{code}.content.renderer"
    engine = found.gather(_ensure_engine, wanted, field=field) or DEFAULT_ENGINE
    for name in sorted(texts & content.keys()):
        field = f"{code}.content.{name}"
        found.gather(ensure_sound_text, engine, content[name], field=field)
    body = content.get("body", "")
    known = images.ids(say.owner.id, [body]) if say.owner else ()
    found.gather(images.ensure_there, body, known, field=f"{code}.content.body")
    return found.found


def _ensure_engine(name: str, *, field: str) -> str:
    try:
        registry.engine(name).ensure_allowed()
    except TemplateError as error:
        raise error.at(field) from None
    return name


def _addresses(say: _Say) -> list[Invalid]:
    """Addresses are addresses; what holds params can be read."""
    region = say.owner.phone_region if say.owner else ""
    found = Problems()
    replies = say.one.values.get("replyTo", ())
    if len(replies) > _REPLY_TO:
        text = _("At most %(limit)s addresses.") % {"limit": _REPLY_TO}
        found.found.append(_wrong(f"{say.code}.replyTo", text))
    to = [(f"{say.code}.replyTo[{place}]", one) for place, one in enumerate(replies)]
    for field, entry in [*naming.entries_of(say.code, say.one), *to]:
        if isinstance(entry, Mapping):
            continue
        if "{{" in entry:
            found.gather(ensure_sound_text, DEFAULT_ENGINE, entry, field=field)
            continue
        try:
            say.kind.normalise(entry, region=region)
        except Invalid as error:
            found.found.append(_wrong(field, f"{field}: {error.message}"))
    return found.found


def _attachments(say: _Say) -> list[Invalid]:
    """Each is made of a document of the owner's, under a name that can be filled."""
    one, code = say.one, say.code
    found = Problems()
    if one.values.get("attachments") and not say.kind.attachments:
        text = _("%(channel)s carries no files.") % {"channel": code}
        found.found.append(_wrong(f"{code}.attachments", text))
    for position, what, reference in attachments.references_of(one.values):
        field = f"{code}.attachments[{position}]"
        rows = say.rows.get("document" if what == "template" else what)
        if rows is None or reference not in set(map(str, _ids(rows))):
            text = _("Choose a document or a service of yours.")
            found.found.append(_wrong(f"{field}.{what}", text))
        name = str(one.values["attachments"][position].get("filename", ""))
        if not name.strip():
            text = _("Give the file a name, such as Letter {{number}}.pdf.")
            found.found.append(_wrong(f"{field}.filename", text))
        path = f"{field}.filename"
        found.gather(ensure_sound_text, DEFAULT_ENGINE, name, field=path)
    return found.found


def _of_tenants(say: _Say) -> list[Invalid]:
    """Groups and lists belong to tenants: for all of them none can be named."""
    text = _("Groups and lists belong to a tenant. Give addresses, or {{params}}.")
    return [
        _wrong(field, text)
        for field, entry in naming.entries_of(say.code, say.one)
        if isinstance(entry, Mapping)
    ]


def of_locks(kind: Channel, names: Sequence[str]) -> list[Invalid]:
    """The names that lock nothing, since no layer says such a field."""
    inner: Mapping[str, Container[str]] = {
        "recipients": ("to", "cc", "bcc"),
        "content": {
            *(one.name for one in kind.content_fields),
            *("template", "bodyType", "renderer"),
        },
    }

    def locks(name: str) -> bool:
        top, dot, rest = name.partition(".")
        if not dot:
            return top in _ALL | OF_DEFAULTS | _OF_REQUESTS
        if top in inner:
            return rest in inner[top]
        return top in ("headers", "params") and bool(rest)

    text = _("%(name)s is no field of a request, so nothing would be locked.")
    return [
        _wrong("locked", text % {"name": repr(one)[:40]})
        for one in names
        if not locks(one)
    ]


_CHECKS: tuple[Callable[[_Say], list[Invalid]], ...] = (
    *(_references, _values, _content, _addresses, _attachments),
)


def _ids(rows: QuerySet[Any]) -> Sequence[UUID]:
    return list(rows.values_list("id", flat=True))


def _wrong(field: str, text: str) -> InvalidDesign:
    return InvalidDesign(text, field=field)


def one_of(field: str, known: Sequence[str]) -> InvalidDesign:
    """The refusal of a word that is none of these."""
    text = _("Must be one of: %(known)s.") % {"known": ", ".join(map(str, known))}
    return _wrong(field, text)
