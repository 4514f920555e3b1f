"""A list as a file: its subscriptions out, and what a file of people would change.

Nobody is subscribed or taken off by being left out of a file: a row adds, changes what
is known of a subscriber, or says that somebody has left. Nothing is changed before
somebody has looked at the difference, and then all of it or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from notify_project.api import spreadsheets
from notify_project.api.spreadsheets import Problem, Row
from notify_project.errors import NotifyError
from notify_project.queue.writing import writing
from recipients import safe_list, subscribing, suppression
from recipients.errors import InvalidList, InvalidSubscription
from recipients.models import SubscriberList, Subscription

COLUMNS = ("address", "channel", "status", "language", "params", "subscribed")
# Each that is added costs a question and five queries; programs have POST /lists.
MOST_ROWS = 2000
_AT_ONCE = 500
_S = Subscription.Status
_LEFT = str(_S.UNSUBSCRIBED)

Key = tuple[str, bytes]
"""A channel, and the hash of an address."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one row says; None says nothing of it."""

    line: int
    key: Key
    address: str
    locale: str | None = None
    params: Mapping[str, Any] | None = field(default=None, repr=False)
    left: bool = False

    @property
    def channel(self) -> str:
        return self.key[0]


@dataclass(frozen=True, slots=True)
class ListDifference:
    """`added` are to be subscribed, of `changed` something else is known, `ended` have
    left; `same` need nothing."""

    added: tuple[Wanted, ...] = ()
    changed: tuple[Wanted, ...] = ()
    ended: tuple[Wanted, ...] = ()
    same: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.ended)


def lines(to: SubscriberList) -> Iterator[str]:
    """The file, a line at a time, however many they are."""
    rows = Subscription.for_tenant(to.tenant_id).filter(list=to).order_by("id")
    cells = (_cells(one) for one in rows.iterator(chunk_size=_AT_ONCE))
    return spreadsheets.marked(spreadsheets.written(COLUMNS, cells))


def compare(to: SubscriberList, data: bytes) -> ListDifference:
    """Raises Malformed for what is no such file, InvalidList where a service keeps the
    list. Two queries for each 500 rows."""
    if to.service_id is not None:
        raise InvalidList(_("A service keeps this list: its people are changed there."))
    rows = spreadsheets.read(data, COLUMNS, most_rows=MOST_ROWS)
    wanted, problems = _wanted(to, rows)
    found = _difference(wanted, _there(to, list(wanted)))
    refused = _refused(to, found.added)
    told = sorted([*problems, *found.problems, *refused], key=lambda one: one.line)
    return replace(found, problems=tuple(told))


def apply(to: SubscriberList, difference: ListDifference, *, confirmed: bool) -> None:
    """All or nothing. Who is added is asked, unless the tenant has their yes. Raises
    what subscribing.subscribe raises."""
    with writing():
        for one in difference.added:
            subscribing.subscribe(
                to,
                channel_code=one.channel,
                address=one.address,
                locale=one.locale or "",
                params=one.params,
                confirmed=confirmed,
            )
        rows = _there(to, [one.key for one in (*difference.changed, *difference.ended)])
        for one in difference.changed:
            if row := rows.get(one.key):  # gone, if the person was erased just now
                subscribing.describe(row, locale=one.locale, params=one.params)
        for one in difference.ended:
            if row := rows.get(one.key):
                subscribing.unsubscribe(row)


def _cells(row: Subscription) -> list[str]:
    known = json.dumps(row.params, ensure_ascii=False) if row.params else ""
    since = row.confirmed_at.isoformat(timespec="seconds") if row.confirmed_at else ""
    return [row.address, row.channel, row.status, row.locale, known, since]


def _wanted(
    to: SubscriberList, rows: Sequence[Row]
) -> tuple[dict[Key, Wanted], list[Problem]]:
    wanted: dict[Key, Wanted] = {}
    problems: list[Problem] = []
    for row in rows:
        try:
            one = _said(to, row)
            if one.key in wanted:
                raise InvalidSubscription(
                    _("The same address as in line %(line)s.")
                    % {"line": wanted[one.key].line}
                )
        except NotifyError as refusal:
            problems.append(Problem(row.line, refusal.message))
        else:
            wanted[one.key] = one
    return wanted, problems


def _said(to: SubscriberList, row: Row) -> Wanted:
    """Raises InvalidSubscription, UnknownChannel."""
    cells = row.cells
    kind = subscribing.kind_of(cells.get("channel") or "email")
    made = subscribing.new(to, kind, cells["address"])
    status = cells.get("status", "").lower()
    if status and status not in _S.values:
        raise InvalidSubscription(
            _("The status must be one of: %(known)s.") % {"known": ", ".join(_S.values)}
        )
    locale = cells.get("language")
    return Wanted(
        row.line,
        (kind.code, bytes(made.address_hash)),
        made.address,
        None if locale is None else subscribing.checked_locale(locale),
        _params(cells["params"]) if "params" in cells else None,
        left=status == _LEFT,
    )


def _params(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidSubscription(
            _('The params are no JSON object, such as {"firstName": "Ann"}.')
        )
    return subscribing.checked_params(found) or {}


def _there(to: SubscriberList, keys: Sequence[Key]) -> dict[Key, Subscription]:
    found: dict[Key, Subscription] = {}
    own = Subscription.for_tenant(to.tenant_id).filter(list=to)
    for first in range(0, len(keys), _AT_ONCE):
        hashes = [one for _channel, one in keys[first : first + _AT_ONCE]]
        for row in own.filter(address_hash__in=hashes).select_related("list__tenant"):
            found[row.channel, bytes(row.address_hash)] = row
    return found


def _difference(
    wanted: Mapping[Key, Wanted], there: Mapping[Key, Subscription]
) -> ListDifference:
    """Row by row: what became of it stands in the table of `_change`."""
    sorted_by: dict[str, list[Wanted]] = {}
    for key, one in wanted.items():
        sorted_by.setdefault(_change(one, there.get(key)), []).append(one)
    back = _(
        "They have unsubscribed. Take the line out, or say so in its status: only "
        "they can come back."
    )
    return ListDifference(
        added=tuple(sorted_by.get("added", ())),
        changed=tuple(sorted_by.get("changed", ())),
        ended=tuple(sorted_by.get("ended", ())),
        same=len(sorted_by.get("same", ())),
        problems=tuple(Problem(one.line, back) for one in sorted_by.get("back", ())),
    )


def _change(one: Wanted, row: Subscription | None) -> str:
    if row is None:
        return "same" if one.left else "added"
    has_left = row.status == _LEFT
    if one.left or has_left:
        return "same" if one.left and has_left else "ended" if one.left else "back"
    known = (row.locale, row.params or {})
    said = (
        row.locale if one.locale is None else one.locale,
        known[1] if one.params is None else one.params,
    )
    return "same" if said == known else "changed"


def _refused(to: SubscriberList, added: Sequence[Wanted]) -> Iterator[Problem]:
    """Those that no question may be sent to."""
    standing: dict[Key, Collection[str]] = {}
    for first in range(0, len(added), _AT_ONCE):
        some = [one.key[1] for one in added[first : first + _AT_ONCE]]
        standing |= suppression.standing(some)
    strangers = _strangers(to, added) if to.tenant.trial else set()
    for one in added:
        if why := suppression.why(standing.get(one.key, ()), mandatory=False):
            text = _("The address is on the suppression list (%(reason)s).")
            yield Problem(one.line, text % {"reason": why})
        elif (one.channel, one.address) in strangers:
            yield Problem(one.line, _("The address is not on the safe list."))


def _strangers(to: SubscriberList, added: Sequence[Wanted]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for code in {one.channel for one in added}:
        given = [one.address for one in added if one.channel == code]
        found |= {(code, one) for one in safe_list.strangers(to.tenant, code, given)}
    return found
