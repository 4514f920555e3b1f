"""A send or preview request, read: one shape whatever path and spelling it came by.

Pure: takes what the serializers let through, gives the request layer of the cascade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from delivery.problems import Problems
from events import attachments
from events.errors import ConflictingContent, InvalidField, InvalidTime
from notify_project.errors import Invalid
from notify_project.observability.correlation import is_correlation_id
from templates_app.locales import is_tag

CHANNELS = ("email", "sms", "msgApp")
TAGS = 10
TAG_LENGTH = 100
_OF_REQUEST = (
    *("correlationId", "tags", "tag"),
    *("allowDuplicate", "locale", "callback"),
)
# Said once for the whole request, or per channel.
_SHARED = ("delayedSend", "expiresAt", "priority")
_TIMES = ("delayedSend", "expiresAt")

Spelling = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotifyRequest:
    """One request: its layer, and what is about the request itself.

    `bare` names the channel of a /notifysimple/<channel> path, whose error fields are
    not wrapped. `spelling` has, by channel, which of two names the caller used for the
    body and the template; `shared`, by channel, what was said for the whole request.
    `problems` are told with those that are found later; what is wrong is left out.
    `for_all` is said of whatever channels are on. A request that names an `event` may
    have `overrides` above its own layer, and `augments` above these. A `rehearsal` asks
    no directory: a design is saved with it, in a transaction.
    """

    layer: Mapping[str, Any]
    correlation_id: str = ""
    correlation_made: bool = False
    tags: tuple[str, ...] = ()
    allow_duplicate: bool = False
    bare: str = ""
    spelling: Mapping[str, Spelling] = field(default_factory=dict)
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    problems: tuple[Invalid, ...] = ()
    event: str = ""
    locale: str = ""
    for_all: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    augments: Mapping[str, Any] = field(default_factory=dict)
    rehearsal: bool = False

    def correlated(self, correlation_id: str, *, made: bool) -> NotifyRequest:
        """The same with the call's correlation id, unless it brought its own.

        `made` says that this one is ours: the caller gave none.
        """
        if self.correlation_id:
            return self
        return replace(self, correlation_id=correlation_id, correlation_made=made)

    def path(self, channel: str) -> str:
        """How the caller calls a channel's fields: "email." or, if bare, ""."""
        return "" if self.bare else f"{channel}."

    def where(self, channel: str, name: str) -> str:
        """Where the caller wrote a field that one may say once for all channels."""
        said_for_all = name in self.shared.get(channel, frozenset())
        return name if said_for_all else f"{self.path(channel)}{name}"


def simple(data: Mapping[str, Any], problems: Sequence[Invalid] = ()) -> NotifyRequest:
    """POST /notifysimple: {"email": {...}, "sms": {...}}."""
    return read(data, problems)


def bare(
    data: Mapping[str, Any], channel: str, problems: Sequence[Invalid] = ()
) -> NotifyRequest:
    """POST /notifysimple/<channel>: the channel's fields beside the request's."""
    beside = {name: data[name] for name in (*_OF_REQUEST, "params") if name in data}
    inside = {name: value for name, value in data.items() if name not in beside}
    return read({**beside, channel: inside}, problems, bare=channel)


def read(
    data: Mapping[str, Any],
    known: Sequence[Invalid] = (),
    *,
    bare: str = "",
    within: str = "",
) -> NotifyRequest:
    """One object with channels in it; `within` is where the caller wrote it."""
    problems = Problems(known)
    named = [name for name in CHANNELS if name in data]
    for_all = _timed({key: data[key] for key in _SHARED if key in data}, "", problems)
    request = NotifyRequest(
        layer=_beside_channels(data),
        correlation_id=problems.gather(_correlation_id, data) or "",
        tags=problems.gather(_tags, data) or (),
        allow_duplicate=bool(data.get("allowDuplicate")),
        locale=problems.gather(_locale, data) or "",
        bare=bare,
        for_all=for_all,
    )
    return _with_channels(
        request, {name: data[name] for name in named}, within, problems
    )


def _beside_channels(data: Mapping[str, Any]) -> dict[str, Any]:
    """What its layer says besides channels; {} and null take a callback away."""
    layer = {"params": data["params"]} if data.get("params") else {}
    if "callback" in data:
        layer["callback"] = data["callback"] or {}
    return layer


def _with_channels(
    request: NotifyRequest, given: Mapping[str, Any], within: str, problems: Problems
) -> NotifyRequest:
    """The request with what it says of each channel that it names."""
    layer, spelling, shared = dict(request.layer), {}, {}
    for name, one in given.items():
        if not one:
            layer[name] = one  # null and {} take away what is inherited
            continue
        path = f"{within}{request.path(name)}"
        own, spelling[name] = _channel(one, path, problems)
        layer[name] = {**request.for_all, **own}
        shared[name] = frozenset(request.for_all.keys() - own.keys())
    return replace(
        request,
        layer=layer,
        spelling=spelling,
        shared=shared,
        problems=tuple(problems.found),
    )


def _channel(
    given: Mapping[str, Any], path: str, problems: Problems
) -> tuple[dict[str, Any], Spelling]:
    """One channel's object with one name for each thing, and the caller's names."""
    values = dict(given)
    spelling: Spelling = {}
    if values.get("attachments"):
        values["attachments"] = attachments.read(
            values["attachments"], f"{path}attachments", problems
        )
    if values.get("content"):
        values["content"], spelling = _content(
            values["content"], f"{path}content", problems
        )
    return _timed(values, path, problems), spelling


def _timed(values: dict[str, Any], path: str, problems: Problems) -> dict[str, Any]:
    """Its times in UTC, in the one form that the rest of the code reads."""
    for key in _TIMES:
        if values.get(key) is not None:
            found = problems.gather(moment, values[key], f"{path}{key}")
            values[key] = found.isoformat() if found else None
    return values


def _content(
    given: Mapping[str, Any], path: str, problems: Problems
) -> tuple[dict[str, Any], Spelling]:
    values = {key: _reference(value) for key, value in given.items()}
    spelling: dict[str, str] = {}
    problems.gather(_unify, values, spelling, path, "template", "templateId")
    problems.gather(_unify, values, spelling, path, "body", "message")
    inline = values.get("template")
    if isinstance(inline, Mapping):
        # A template given in place is content: it replaces what is below whole.
        texts = dict(inline)
        problems.gather(_unify, texts, {}, f"{path}.template", "body", "message")
        values = {**texts, **values, "template": None}
    return values, spelling


def _unify(
    values: dict[str, Any], spelling: dict[str, str], path: str, name: str, other: str
) -> None:
    """Keep one name; both with different values is a contradiction."""
    if values.get(name) is not None:
        spelling[name] = name
    if other not in values:
        return
    value = values.pop(other)
    # Null beside the other name says nothing: many programs write all their fields.
    if values.get(name) is None:
        values[name] = value
    elif value not in (None, values[name]):
        del values[name]
        raise ConflictingContent(
            _("%(path)s has %(first)s and %(second)s. Give one of them.")
            % {"path": path, "first": name, "second": other},
            field=f"{path}.{other}",
        )
    if value is not None:
        spelling.setdefault(name, other)


def _reference(value: Any) -> Any:
    """{"templateId": "..."} is the same as the id itself."""
    if isinstance(value, Mapping) and "templateId" in value:
        return value["templateId"]
    return value


def _tags(data: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for name in ("tags", "tag"):
        for position, tag in enumerate(data.get(name) or ()):
            if not (0 < len(tag) <= TAG_LENGTH and tag.isprintable()):
                raise InvalidField(
                    _("A tag is 1 to %(limit)s printable characters.")
                    % {"limit": TAG_LENGTH},
                    field=f"{name}[{position}]",
                )
            found.append(tag)
    tags = tuple(dict.fromkeys(found))
    if len(tags) > TAGS:
        raise InvalidField(
            _("At most %(limit)s tags are allowed.") % {"limit": TAGS}, field="tags"
        )
    return tags


def _correlation_id(data: Mapping[str, Any]) -> str:
    """It goes into a header of the answer, so it must fit one."""
    text: str = data.get("correlationId") or ""
    if text and not is_correlation_id(text):
        raise InvalidField(
            _("correlationId is 1 to 100 visible ASCII characters without spaces."),
            field="correlationId",
        )
    return text


def _locale(data: Mapping[str, Any]) -> str:
    text: str = data.get("locale") or ""
    if text and not is_tag(text):
        raise InvalidField(
            _("locale is a language tag, such as en or fr-CA."), field="locale"
        )
    return text


def moment(text: str, path: str) -> datetime:
    """ISO 8601; without a zone it is UTC (document 003). Raises InvalidTime."""
    try:
        found = parse_datetime(text.strip())
        if found is None:
            raise ValueError
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidTime(
            _("%(path)s is not a time. Write it as 2026-06-25T15:15:00Z.")
            % {"path": path},
            field=path,
        ) from None
