"""The fields of one channel in a layer's form; channel_values.py has what they say.

Event types, a tenant's defaults and the system's have the same ones; a `Level` says
what differs. Fields go by their names here: to, subject, reply_to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from delivery.unknowns import Policy
from events import offers
from events.admin import document_fields
from events.admin.headers_field import HeadersField
from providers.channels.base import Channel
from templates_app.engines import registry
from tenants.admin.json_field import JsonField
from tenants.models import Tenant

KINDS = {
    "to": gettext_lazy("To"),
    "cc": gettext_lazy("Copies (cc)"),
    "bcc": gettext_lazy("Blind copies (bcc)"),
}
REFERENCES = {
    "template": gettext_lazy("Template"),
    "sender": gettext_lazy("Sender"),
    "account": gettext_lazy("Account"),
}
PRIORITIES = (
    ("high", gettext_lazy("High: before everything else")),
    ("normal", gettext_lazy("Normal")),
    ("low", gettext_lazy("Low: after everything else")),
)
POLICIES = {
    Policy.RETRY_ONCE: gettext_lazy("Send once more: rather twice than never"),
    Policy.HOLD: gettext_lazy("Stop and let a person decide"),
    Policy.AT_MOST_ONCE: gettext_lazy("Never send again: rather never than twice"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """What differs between the forms of layers.

    `texts` are the fields on how texts are read, with where a layer says it: defaults
    say it beside the content, which a template higher up replaces. Without an `owner`
    nothing can be named that belongs to a tenant.
    """

    texts: Mapping[str, tuple[str, ...]]
    unsaid: str | Promise
    owner: bool = True


EVENT = Level(
    {"body_type": ("content", "bodyType")},
    gettext_lazy("As the template or the defaults say"),
)
_BESIDE_CONTENT = {"body_type": ("bodyType",), "engine": ("defaultRenderer",)}
TENANT = Level(_BESIDE_CONTENT, gettext_lazy("Says nothing"))
SYSTEM = Level(_BESIDE_CONTENT, gettext_lazy("Says nothing"), owner=False)


def kinds_of(kind: Channel) -> list[str]:
    """Which lists of recipients the channel has."""
    return list(KINDS) if kind.max_recipients > 1 else ["to"]


def references_of(kind: Channel, level: Level) -> list[str]:
    """What is chosen among rows. Chat names its destination in `to`, which is the
    account and the sender too."""
    if kind.addresses_are_accounts:
        return ["template"] if level.owner else []
    return list(REFERENCES) if level.owner else ["account"]


def groups_of(kind: Channel, level: Level) -> Iterator[tuple[Any, list[str]]]:
    """The fields by what they are about, for forms that have only this channel."""
    there = fields(kind, level)
    names = [one.name for one in kind.content_fields]
    documents = [one for one in there if one.startswith("document")]
    sets: tuple[tuple[Any, list[str]], ...] = (
        (gettext_lazy("Recipients"), list(KINDS)),
        (gettext_lazy("From whom"), ["sender", "account", "reply_to"]),
        (gettext_lazy("Words"), ["template", *names, "body_type", "engine"]),
        (gettext_lazy("Handling"), ["priority", "on_unknown", "headers"]),
        (gettext_lazy("Attached documents"), documents),
        (gettext_lazy("Params"), ["params"]),
    )
    for title, wanted in sets:
        if found := [one for one in wanted if one in there]:
            yield title, found


def fields(kind: Channel, level: Level) -> dict[str, forms.Field]:
    """The fields of one channel, by their names."""
    made: dict[str, forms.Field] = {
        name: _lines(KINDS[name], kind, name, level) for name in kinds_of(kind)
    }
    made |= {name: _choice(REFERENCES[name]) for name in references_of(kind, level)}
    made |= _words(kind, level)
    says_nothing = ("", gettext_lazy("Says nothing"))
    made["priority"] = _choice(gettext_lazy("Priority"), [says_nothing, *PRIORITIES])
    made["on_unknown"] = _choice(
        gettext_lazy("If nobody knows whether it was sent"),
        [says_nothing, *POLICIES.items()],
    )
    if kind.code == "email":
        made["reply_to"] = _lines(gettext_lazy("Replies go to"), kind, "", level)
        made["headers"] = HeadersField()
    if kind.attachments and level.owner:
        made |= document_fields.fields()
    made["params"] = JsonField(
        label=gettext_lazy("Defaults of params, for this channel")
    )
    return made


def offer(
    there: Mapping[str, Any], owner: Tenant | None, code: str, said: Mapping[str, Any]
) -> None:
    """Fill the choices of these fields with what the owner may refer to.

    What is `said` stays among them though it cannot be used now: saving refuses it in
    words, where it would else be gone without one.
    """
    rows = offers.of(owner, code)
    for name in REFERENCES:
        if name in there:
            found = list(rows[name])
            offered = [("", _unless_chosen(name, found)), *_choices(found)]
            chosen = str(said.get(name) or "")
            if chosen not in dict(offered):
                kept = offers.referred(owner, name, chosen)
                offered += [(chosen, unusable(kept))] if kept else []
            there[name].choices = offered
    if "document1" not in there:
        return
    attachable = document_fields.choices(rows["document"], rows["service"])
    for name in document_fields.names():
        there[name].choices = [("", _("None")), *attachable]


def unusable(what: object) -> str:
    """What a layer refers to and cannot be used any more, or not yet."""
    return _("%(name)s, which cannot be used now") % {"name": what}


def _unless_chosen(name: str, rows: Iterable[Any]) -> str:
    """What is taken where no layer refers to any: of accounts and senders there is."""
    if name == "account":
        return _("Any, by tier and points")
    if name == "sender":
        default = next((one for one in rows if one.is_default), None)
        if default is not None:
            return _("%(sender)s (the default sender)") % {"sender": default}
    return _("None")


def _words(kind: Channel, level: Level) -> dict[str, forms.Field]:
    """The texts in place, and how they are read."""
    made: dict[str, forms.Field] = {}
    for one in kind.content_fields:
        made[one.name] = forms.CharField(
            label=one.label,  # type: ignore[arg-type]  # a lazy text is any Promise
            required=False,
            strip=False,
            widget=_text(one.multiline),
            help_text=gettext_lazy("Instead of the template's, or without one.")
            if level.owner
            else "",
        )
    offered: dict[str, tuple[Any, Any]] = {
        "body_type": (gettext_lazy("The text is"), [(t, t) for t in kind.body_types]),
        "engine": (gettext_lazy("Template language"), _engines()),
    }
    for name in level.texts:
        label, choices = offered[name]
        made[name] = _choice(label, [("", level.unsaid), *choices])
    return made


def _choices(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in rows]


def _engines() -> list[tuple[str, str]]:
    return [(one.name, one.name) for one in registry.allowed_engines()]


def _choice(label: Any, choices: Any = ()) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=UnfoldAdminSelectWidget
    )


def _lines(label: Any, kind: Channel, chips: str, level: Level) -> forms.CharField:
    """Shown as chips; groups and lists are offered for `chips`, which is to, cc or
    bcc."""
    offered = {"data-chips": chips, "data-channel": kind.code}
    return forms.CharField(
        label=label,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, **offered}),
        help_text=_who(kind, chips, level),
    )


def _who(kind: Channel, chips: str, level: Level) -> Any:
    """What may stand on a line."""
    if kind.addresses_are_accounts:
        return gettext_lazy(
            "One a line: the name of a destination, which is an account for chat, "
            "{{param}}, or group: and a group's name."
        )
    if not chips:
        return gettext_lazy("One a line: an address, or {{param}}.")
    if not level.owner:
        return gettext_lazy(
            "One a line: an address or {{param}}. Groups and lists belong to a tenant, "
            "so the system has none."
        )
    if chips != "to":
        return gettext_lazy(
            "One a line: an address, {{param}}, or group: and a group's name."
        )
    return gettext_lazy(
        "One a line: an address, {{param}}, group: and a group's name, or list: and a "
        "list's name."
    )


def _text(multiline: bool) -> forms.Widget:
    if not multiline:
        widget: forms.Widget = UnfoldAdminTextInputWidget()
        return widget
    area: forms.Widget = UnfoldAdminTextareaWidget(
        attrs={"rows": 6, "class": "notify-code"}
    )
    return area
