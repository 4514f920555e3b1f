"""From plan to words and addresses: exactly what will be sent. Reads and writes no row.

Send and preview call the same function, so a preview cannot lie. Everything that the
caller can mend leaves here as an Invalid that names the field, all problems at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from delivery import documents, outside_words, words
from delivery.composed import Address, Composed, ComposedChannel
from delivery.errors import (
    InvalidRecipient,
    NobodyToCopy,
    NoRecipient,
    TooManyRecipients,
)
from delivery.filling import Filling
from delivery.plan import (
    UNKNOWN_WORDING,
    ChannelPlan,
    GroupPlan,
    ListPlan,
    NotificationPlan,
)
from delivery.problems import Problems
from notify_project.errors import Invalid
from providers.channels.base import Channel, channel
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
    made, outside = _words(plan, one, problems, filling)
    files = problems.gather(documents.composed, plan, one, filling) or ()
    plain = [documents.as_file(each) for each in files]
    problems.gather(kind.check_extras, one.headers, plain, path=one.path)
    reply_to = problems.gather(_reply_to, plan, one, kind, filling)
    problems.raise_all()
    texts = made or words.Texts({}, one.wording.body_type)
    return ComposedChannel(
        one,
        addresses or (),
        texts.texts,
        reply_to or (),
        body_type=texts.body_type,
        files=files,
        images=texts.images,
        outside=outside,
    )


def _words(
    plan: NotificationPlan, one: ChannelPlan, problems: Problems, filling: Filling
) -> tuple[words.Texts | None, outside_words.Recipe | None]:
    """The channel's texts; those that a service fills in come with how it is asked."""
    missing = plan.missing_params
    if one.wording is UNKNOWN_WORDING:
        return None, None
    if service := one.wording.service:
        recipe = problems.gather(
            outside_words.asked, one, service, filling, missing_params=missing
        )
        return outside_words.unmade(one), recipe
    kind = channel(one.channel)
    made = problems.gather(words.texts_of, one, kind, filling, missing_params=missing)
    return made, None


def _addresses(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> tuple[Address, ...]:
    problems = Problems()
    found: list[Address] = []
    for name in KINDS:
        found += problems.gather(_of_kind, plan, one, kind, name, filling) or ()
    problems.raise_all()
    _ensure_somebody(found, one)
    _check_count(_sharing(found), one, kind)
    return tuple(found)


def _ensure_somebody(found: Sequence[Address], one: ChannelPlan) -> None:
    """Somebody in `to`; and beside copies somebody who shares the mail with them."""
    field = f"{one.path}recipients.to"
    has_lists = one.fan_outs or any(isinstance(each, ListPlan) for each in one.to)
    shared = {address.kind for address in found if address.subscription is None}
    if has_lists and shared and "to" not in shared:
        text = _(
            "%(field)s has subscribers only, who get a mail each: nobody would be in "
            "the mail that the others get a copy of. Give somebody in to, or no copies."
        )
        raise NobodyToCopy(text % {"field": field}, field=field)
    if not one.fan_outs and not any(each.kind == "to" for each in found):
        text = _("%(field)s is empty. Give at least one recipient.")
        raise NoRecipient(text % {"field": field}, field=field)


def _sharing(found: Sequence[Address]) -> int:
    return sum(address.subscription is None for address in found)


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
        if isinstance(entry, ListPlan):
            for address in _subscribed(entry, name, field):
                found.setdefault(kind.folded(address.normalised), address)
            continue
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


def _subscribed(entry: ListPlan, name: str, field: str) -> Iterator[Address]:
    """Those of a list; their addresses were normalised when they subscribed."""
    for subscription, address in entry.subscribers.items():
        yield Address(
            name,
            address,
            address,
            group=str(entry.id),
            field=field,
            subscription=subscription,
        )


def _filled(
    one: ChannelPlan, entry: str | GroupPlan, field: str, filling: Filling
) -> tuple[str, ...]:
    """An entry with its params; a param that is a list gives several."""
    if isinstance(entry, GroupPlan):
        return entry.addresses
    if "{{" not in entry:
        return (entry,)
    # No service is asked for addresses.
    theirs = None if one.wording.service else one.wording.engine
    engine = theirs or DEFAULT_ENGINE
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
            % {"field": field, "name": repr(normal)[:80]},
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
