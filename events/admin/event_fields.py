"""The fields of an event type's form, and their way to a design and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from events.admin import document_fields
from events.admin.forms import POLICIES, PRIORITIES
from events.admin.headers_field import HeadersField
from events.designs import ChannelDesign
from events.errors import InvalidDesign
from providers.channels.base import Channel
from tenants.admin.json_field import JsonField

KINDS = {
    "to": gettext_lazy("To"),
    "cc": gettext_lazy("Copies (cc)"),
    "bcc": gettext_lazy("Blind copies (bcc)"),
}
_REFERENCES = {
    "template": gettext_lazy("Template"),
    "sender": gettext_lazy("Sender"),
    "account": gettext_lazy("Account"),
}
_MODES = (
    ("", gettext_lazy("Says nothing of this channel")),
    ("on", gettext_lazy("Sends over this channel")),
    ("off", gettext_lazy("Describes it; a request may switch it on")),
)
_NAMED = ("group", "list")  # a line such as "group: Approvers"


def kinds_of(kind: Channel) -> list[str]:
    """Which lists of recipients the channel has."""
    return list(KINDS) if kind.max_recipients > 1 else ["to"]


def fields_of(kind: Channel) -> dict[str, forms.Field]:
    """The fields of one channel, by their names in the form: email_to, sms_body."""
    fields: dict[str, forms.Field] = {
        "mode": _choice(gettext_lazy("This event type"), _MODES)
    }
    for name in kinds_of(kind):
        fields[name] = _lines(KINDS[name], kind, name)
    for name, label in _REFERENCES.items():
        if not (kind.addresses_are_accounts and name != "template"):
            fields[name] = _choice(label)
    for one in kind.content_fields:
        fields[one.name] = forms.CharField(
            label=str(one.label),
            required=False,
            strip=False,
            widget=_text(one.multiline),
            help_text=gettext_lazy("Instead of the template's, or without one."),
        )
    unsaid = ("", gettext_lazy("As the template or the defaults say"))
    types = [(one, one) for one in kind.body_types]
    fields["body_type"] = _choice(gettext_lazy("The text is"), [unsaid, *types])
    says_nothing = ("", gettext_lazy("Says nothing"))
    fields["priority"] = _choice(gettext_lazy("Priority"), [says_nothing, *PRIORITIES])
    fields["on_unknown"] = _choice(
        gettext_lazy("If nobody knows whether it was sent"),
        [says_nothing, *POLICIES.items()],
    )
    if kind.code == "email":
        fields["reply_to"] = _lines(gettext_lazy("Replies go to"), kind, "")
        fields["headers"] = HeadersField()
    if kind.attachments:
        fields |= document_fields.fields()
    fields["params"] = JsonField(
        label=gettext_lazy("Defaults of params, for this channel")
    )
    return {f"{kind.code}_{name}": field for name, field in fields.items()}


def initial_of(
    kind: Channel, one: ChannelDesign, groups: Mapping[str, str]
) -> dict[str, Any]:
    """What a design says, as the form shows it; `groups` has names by id, those of
    lists too."""
    content: Mapping[str, Any] = one.values.get("content", {})
    recipients = _recipients(one)
    found: dict[str, Any] = {
        "mode": "on" if one.on else "off",
        "template": str(one.template_id or ""),
        "sender": str(one.sender_id or ""),
        "account": str(one.account_id or ""),
        "body_type": content.get("bodyType", ""),
        "priority": one.values.get("priority", ""),
        "on_unknown": one.values.get("onUnknown", ""),
        "reply_to": "\n".join(one.values.get("replyTo", ())),
        "headers": one.values.get("headers", {}),
        "params": one.values.get("params", {}),
        **{each.name: content.get(each.name, "") for each in kind.content_fields},
    }
    if kind.attachments:
        found |= document_fields.initial(one.values.get("attachments", ()))
    for name in kinds_of(kind):
        entries = recipients.get(name, ())
        found[name] = "\n".join(_line(entry, groups) for entry in entries)
    return {f"{kind.code}_{name}": value for name, value in found.items()}


def design_of(
    kind: Channel,
    cleaned: Mapping[str, Any],
    before: ChannelDesign,
    groups: Mapping[str, str],
) -> ChannelDesign | None:
    """What the form says of a channel; None for nothing. What has no field stays.

    `groups` has names by id, so that a line that stayed is the entry it was.
    """

    def given(name: str) -> Any:
        return cleaned.get(f"{kind.code}_{name}") or ""

    if not given("mode"):
        _ensure_nothing_is_lost(kind, given)
        return None
    content = dict(before.values.get("content", {}))
    said = {each.name: given(each.name) for each in kind.content_fields}
    own = {
        "recipients": _named(kind, given, before, groups),
        "content": _filled({**content, **said, "bodyType": given("body_type")}),
        "priority": given("priority"),
        "onUnknown": given("on_unknown"),
        "headers": given("headers"),
        "params": given("params"),
        "replyTo": _entries(given("reply_to"), {}),
    }
    if kind.attachments:
        files = before.values.get("attachments", ())
        own["attachments"] = document_fields.attachments(given, files)
    return ChannelDesign(
        on=given("mode") == "on",
        template_id=_id(given("template")),
        sender_id=_id(given("sender")),
        account_id=_id(given("account")),
        values=_filled({**before.values, **own}),
    )


def _named(
    kind: Channel,
    given: Callable[[str], Any],
    before: ChannelDesign,
    groups: Mapping[str, str],
) -> dict[str, Any]:
    entries = [one for each in _recipients(before).values() for one in each]
    known = {_line(one, groups): one for one in entries}
    return _filled({name: _entries(given(name), known) for name in kinds_of(kind)})


def _ensure_nothing_is_lost(kind: Channel, given: Callable[[str], Any]) -> None:
    names = fields_of(kind).keys() - {f"{kind.code}_mode"}
    if any(given(name.removeprefix(f"{kind.code}_")) for name in names):
        raise InvalidDesign(
            _(
                "What is filled in below would be lost. Empty it, or choose that this "
                "event type describes the channel."
            ),
            field=kind.code,
        )


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _id(chosen: str) -> UUID | None:
    return UUID(chosen) if chosen else None


def _recipients(one: ChannelDesign) -> Mapping[str, Any]:
    recipients: Mapping[str, Any] = one.values.get("recipients", {})
    return recipients


def _entries(text: str, known: Mapping[str, Any]) -> list[Any]:
    """One a line; "group: Approvers" names a group, "list: News" a list."""
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    return [known.get(one) or _entry(one) for one in lines]


def _entry(line: str) -> Any:
    kind, colon, name = line.partition(":")
    if colon and kind.strip().lower() in _NAMED:
        return {kind.strip().lower(): name.strip()}
    return line


def _line(entry: Any, groups: Mapping[str, str]) -> str:
    if isinstance(entry, Mapping):
        [(kind, reference)] = entry.items()
        return f"{kind}: {groups.get(reference, reference)}"
    return str(entry)


def _choice(label: Any, choices: Any = ()) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=UnfoldAdminSelectWidget
    )


def _lines(label: Any, kind: Channel, chips: str) -> forms.CharField:
    """Shown as chips; groups and lists are offered for `chips`, which is to, cc or
    bcc."""
    offers = {"data-chips": chips, "data-channel": kind.code}
    return forms.CharField(
        label=label,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, **offers}),
        help_text=gettext_lazy(
            "One a line: an address, {{param}}, group: and a group's name, or list: "
            "and a list's name."
        ),
    )


def _text(multiline: bool) -> forms.Widget:
    if not multiline:
        widget: forms.Widget = UnfoldAdminTextInputWidget()
        return widget
    area: forms.Widget = UnfoldAdminTextareaWidget(
        attrs={"rows": 6, "class": "notify-code"}
    )
    return area


def nothing_chosen() -> tuple[str, str]:
    """The first choice of a reference."""
    return "", _("None")
