"""From plan to words and addresses: exactly what will be sent. Reads and writes no row.

Send and preview call the same function, so a preview cannot lie. Everything that the
caller can mend leaves here as an Invalid that names the field, all problems at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from delivery import documents
from delivery.composed import Address, Composed, ComposedChannel
from delivery.errors import (
    ContentMissing,
    InvalidRecipient,
    NoRecipient,
    TooManyRecipients,
)
from delivery.filling import Filling
from delivery.plan import (
    UNKNOWN_WORDING,
    ChannelPlan,
    Entry,
    GroupPlan,
    NotificationPlan,
)
from delivery.problems import Problems
from notify_project.errors import FieldError, Invalid
from providers.channels.base import Channel, ContentField, channel
from templates_app.rendering import DEFAULT_ENGINE

KINDS = ("to", "cc", "bcc")


def compose(plan: NotificationPlan, known: Iterable[Invalid] = ()) -> Composed:
    """Render everything; raises Invalid with one entry per field that is wrong.

    `known` are problems found before; they are told with what is found here.
    """
    problems, filling = Problems(known), Filling()
    composed = [problems.gather(_channel, plan, one, filling) for one in plan.channels]
    problems.raise_all()
    return Composed(plan, tuple(one for one in composed if one))


def _channel(
    plan: NotificationPlan, one: ChannelPlan, filling: Filling
) -> ComposedChannel:
    kind = channel(one.channel)
    problems = Problems()
    addresses = problems.gather(_addresses, plan, one, kind, filling)
    texts: dict[str, str] | None = None
    if one.wording is not UNKNOWN_WORDING:
        texts = problems.gather(_texts, plan, one, kind, filling)
    files = problems.gather(documents.composed, plan, one, filling) or ()
    plain = [documents.as_file(each) for each in files]
    problems.gather(kind.check_extras, one.headers, plain, path=one.path)
    reply_to = problems.gather(_reply_to, plan, one, kind, filling)
    problems.raise_all()
    return ComposedChannel(
        one, addresses or (), texts or {}, reply_to or (), files=files
    )


def _addresses(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> tuple[Address, ...]:
    problems = Problems()
    found: list[Address] = []
    for name in KINDS:
        found += problems.gather(_of_kind, plan, one, kind, name, filling) or ()
    problems.raise_all()
    if not any(address.kind == "to" for address in found):
        raise NoRecipient(
            _("%(field)s is empty. Give at least one recipient.")
            % {"field": f"{one.path}recipients.to"},
            field=f"{one.path}recipients.to",
        )
    _check_count(len(found), one, kind)
    return tuple(found)


def _of_kind(
    plan: NotificationPlan,
    one: ChannelPlan,
    kind: Channel,
    name: str,
    filling: Filling,
) -> list[Address]:
    problems = Problems()
    found: dict[str, Address] = {}
    count = 0
    for position, entry in enumerate(getattr(one, name)):
        field = f"{one.path}recipients.{name}[{position}]"
        shown = problems.gather(_filled, one, entry, field, filling) or ()
        count += len(shown)
        _check_count(count, one, kind)  # before a list of thousands is looked at
        for each in shown:
            normal = problems.gather(_normalised, plan, kind, each, field)
            if normal is not None:
                key = kind.folded(normal)
                account = problems.gather(_account, one, kind, normal, field)
                group = str(entry.id) if isinstance(entry, GroupPlan) else ""
                found.setdefault(
                    key, Address(name, each, normal, account, group, field)
                )
    problems.raise_all()
    return list(found.values())


def _filled(
    one: ChannelPlan, entry: Entry, field: str, filling: Filling
) -> tuple[str, ...]:
    """An entry with its params; a param that is a list gives several."""
    if isinstance(entry, GroupPlan):
        return entry.addresses
    if "{{" not in entry:
        return (entry,)
    engine = one.wording.engine or DEFAULT_ENGINE
    return filling.each(engine, entry, one.params, field=field)


def _normalised(plan: NotificationPlan, kind: Channel, entry: str, field: str) -> str:
    try:
        return kind.normalise(entry, region=plan.phone_region)
    except Invalid as error:
        raise InvalidRecipient(
            f"{field}: {error.message}", field=field, code=error.kind
        ) from None


def _account(one: ChannelPlan, kind: Channel, normal: str, field: str) -> UUID | None:
    """The account that carries this recipient: for chat, its destination."""
    if not kind.addresses_are_accounts:
        return one.account_id
    if normal not in one.destinations:
        raise InvalidRecipient(
            _("%(field)s: there is no chat destination %(name)s.")
            % {"field": field, "name": ascii(normal)[:80]},
            field=field,
            code="unknown_destination",
        )
    return one.destinations[normal]


def _check_count(count: int, one: ChannelPlan, kind: Channel) -> None:
    shared = kind.max_recipients > 1
    limit = settings.ENVELOPE_RECIPIENTS if shared else settings.REQUEST_RECIPIENTS
    if count <= limit:
        return
    raise TooManyRecipients(
        _(
            "%(field)s has %(count)s recipients; one request may have %(limit)s. Send "
            "several requests, or use a list: its subscribers get a message each."
        )
        % {"field": f"{one.path}recipients", "count": count, "limit": limit},
        field=f"{one.path}recipients",
    )


def _texts(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> dict[str, str]:
    problems = Problems()
    texts = {
        each.name: problems.gather(_text, plan, one, each, filling)
        for each in kind.content_fields
    }
    problems.raise_all()
    filled = {name: text for name, text in texts.items() if text is not None}
    path = f"{one.path}content"
    try:
        return kind.finish(filled, path=path)
    except Invalid as error:
        theirs = f"{path}.{one.wording.body_key}"
        raise _respelled(error, f"{path}.body", theirs) from None


def _respelled(error: Invalid, ours: str, theirs: str) -> Invalid:
    """The same, told of the name that the caller gave the field."""
    if ours == theirs:
        return error
    entries = [
        FieldError(
            theirs if one.field == ours else one.field,
            one.code,
            one.message.replace(ours, theirs),
        )
        for one in error.errors
    ]
    message = error.message.replace(ours, theirs)
    return type(error)(message, code=error.kind, errors=entries)


def _text(
    plan: NotificationPlan, one: ChannelPlan, each: ContentField, filling: Filling
) -> str | None:
    key = one.wording.body_key if each.name == "body" else each.name
    field = f"{one.path}content.{key}"
    source = one.wording.texts.get(each.name)
    if source is None and not each.required:
        return None
    text = source or ""
    if one.wording.engine and text:
        text = filling.text(
            one.wording.engine,
            text,
            one.params,
            html=each.html and one.wording.body_type == "html",
            field=field,
            missing=_missing(plan, each),
        )
    if each.required and not text.strip():
        raise ContentMissing(
            _("%(field)s is empty. Give a text, or a template that has one.")
            % {"field": field},
            field=field,
        )
    return text


def _missing(plan: NotificationPlan, each: ContentField) -> Literal["error", "empty"]:
    """A tenant may let a body have gaps; a subject never."""
    gaps = each.multiline and plan.missing_params == "empty"
    return "empty" if gaps else "error"


def _reply_to(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> tuple[str, ...]:
    problems = Problems()
    found: list[str] = []
    for position, entry in enumerate(one.sender.reply_to):
        field = f"{one.path}replyTo[{position}]"
        for each in problems.gather(_filled, one, entry, field, filling) or ():
            normal = problems.gather(_normalised, plan, kind, each, field)
            found += [normal] if normal else []
    problems.raise_all()
    return tuple(dict.fromkeys(found))
