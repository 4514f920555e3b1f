"""What a form's fields inherit from the layers below its own, and who above says
otherwise, shown beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from delivery.telling import layer_in_words
from events import cascade, layers
from events.admin import channel_fields, channel_values
from events.cascade import Layer
from events.overruling import Voice
from providers.channels.base import Channel

# The forms' fields, and where their values are in a layer.
_PATHS = {
    "to": "recipients.to",
    "cc": "recipients.cc",
    "bcc": "recipients.bcc",
    "template": "content.template",
    "sender": "identityId",
    "account": "account",
    "body_type": "bodyType",
    "engine": "defaultRenderer",
    "priority": "priority",
    "on_unknown": "onUnknown",
    "reply_to": "replyTo",
    "document1": "attachments",
}
# Name by name: what is said here stands beside what is inherited.
_MERGED = ("headers", "params")
_LINKED = 5

Fields = Mapping[str, forms.Field]


def paths_of(kind: Channel) -> dict[str, str]:
    """By name in a form, where a layer says it."""
    texts = {one.name: f"content.{one.name}" for one in kind.content_fields}
    return {**_PATHS, **texts, **{name: name for name in _MERGED}}


def show(
    fields: Fields,
    kind: Channel,
    below: Sequence[Layer],
    said: Mapping[str, Any],
    names: Mapping[str, str],
) -> None:
    """Tell in the fields of a channel what they inherit, and from which layer.

    What the form's own layer has `said`: it is told what that replaces. What the system
    keeps for itself is closed. `names` has those of all that is referred to, by id.
    """
    below = layers.as_allowed(below)
    decision = cascade.decide(below, channels=())
    locked = {path for layer in below for path in layer.locked}
    values: Mapping[str, Any] = decision.values.get(kind.code, {})
    for name, path in paths_of(kind).items():
        field = fields.get(name)
        if field is None:
            continue
        _lock(field, f"{kind.code}.{path}", locked, said=bool(said.get(name)))
        if name in _MERGED:
            _tell_beside(field, _by_layer(below, kind.code, name))
        elif value := _at(values, path):
            layer = layer_in_words(decision.decided_by.get(f"{kind.code}.{path}", ""))
            shown = _shown(field, value, names)
            _tell(field, shown, layer, replaced=bool(said.get(name)))


def tell_who_overrules(
    fields: Fields,
    kind: Channel,
    above: Sequence[Voice],
    sentence: Callable[[int], str],
    url: Callable[[Voice], str],
) -> None:
    """Under each field, how many layers above say that field themselves, with links.

    `sentence` says it of a number, as in "3 event types say their own:".
    """
    for name, path in paths_of(kind).items():
        voices = [one for one in above if one.overrules(path)]
        if name in fields and voices:
            told = format_html(
                "{} {}", sentence(len(voices)), _links(voices[:_LINKED], url)
            )
            rest = len(voices) - _LINKED
            if rest > 0:
                told = format_html(
                    "{} {}", told, _("and %(rest)d more") % {"rest": rest}
                )
            _add_help(fields[name], told)


def _links(voices: Sequence[Voice], url: Callable[[Voice], str]) -> SafeString:
    pairs = [(url(one), one.name) for one in voices]
    return format_html_join(", ", '<a class="notify-link" href="{}">{}</a>', pairs)


def _lock(
    field: forms.Field, path: str, locked: Collection[str], *, said: bool
) -> None:
    """Close a field that is locked, or lies in what is; name what is locked within."""
    if any(path == one or path.startswith(f"{one}.") for one in locked):
        field.disabled = True
        _add_help(field, _("The system keeps this for itself."))
        if said:
            _add_help(field, _("What stands here goes when you save."))
        return
    for one in sorted(locked):
        if one.startswith(f"{path}."):
            name = one.removeprefix(f"{path}.")
            _add_help(
                field, _("The system keeps %(name)s for itself.") % {"name": name}
            )


def _tell(field: forms.Field, shown: str, layer: object, *, replaced: bool) -> None:
    """In the empty choice of a list, else as a placeholder; below what replaces it."""
    inherited = _("%(value)s (from %(layer)s)") % {"value": shown, "layer": layer}
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", inherited), *_offered(field)[1:]]
    else:
        field.widget.attrs["placeholder"] = inherited
    if replaced:
        _add_help(field, _("Instead of: %(inherited)s") % {"inherited": inherited})


def _tell_beside(field: forms.Field, inherited: Mapping[str, tuple[str, str]]) -> None:
    told = [
        _("%(value)s (from %(layer)s)")
        % {"value": f"{name}: {value}", "layer": layer_in_words(layer)}
        for name, (value, layer) in inherited.items()
    ]
    if told:
        text = _("Besides, unless the same name stands here: %(inherited)s")
        _add_help(field, text % {"inherited": "; ".join(told)})


def _by_layer(
    below: Sequence[Layer], code: str, name: str
) -> dict[str, tuple[str, str]]:
    """{"X-Office": ("Victoria", "system")}: the higher layer's of each name."""
    return {
        each: (channel_values.plain(value), layer.name)
        for layer in below
        for each, value in (_at(layer.values, f"{code}.{name}") or {}).items()
    }


def _add_help(field: forms.Field, text: str) -> None:
    """On a line of its own."""
    # Pages show it as HTML, and what was inherited somebody else has written.
    line = format_html('<span class="notify-told">{}</span>', text)
    field.help_text = format_lazy("{}{}", field.help_text or "", line)


def _shown(field: forms.Field, value: Any, names: Mapping[str, str]) -> str:
    """As the list calls it; a value that is not offered any more by itself."""
    if isinstance(value, list):
        return ", ".join(_entry(one, names) for one in value)
    if isinstance(field, forms.ChoiceField):
        return dict(_offered(field)).get(str(value)) or _not_offered(value, names)
    return str(value)


def _not_offered(value: Any, names: Mapping[str, str]) -> str:
    name = names.get(str(value))
    return channel_fields.unusable(name) if name else str(value)


def _entry(one: Any, names: Mapping[str, str]) -> str:
    """A recipient, or a file by its name."""
    if isinstance(one, Mapping) and "filename" in one:
        return str(one["filename"])
    return channel_values.line(one, names)


def _offered(field: forms.ChoiceField) -> list[tuple[str, str]]:
    choices: Any = field.choices  # a list of pairs, or what makes one of rows
    return [(str(key), str(label)) for key, label in choices]


def _at(values: Mapping[str, Any], path: str) -> Any:
    within: Any = values
    for part in path.split("."):
        within = within.get(part) if isinstance(within, Mapping) else None
    return within
