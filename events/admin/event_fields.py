"""One channel in an event type's form: whether it says something, and what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from events.admin import channel_fields, channel_values
from events.admin.channel_fields import EVENT
from events.admin.channel_values import Given
from events.designs import ChannelDesign
from events.errors import InvalidDesign
from providers.channels.base import Channel

_MODES = (
    ("", gettext_lazy("Says nothing of this channel")),
    ("on", gettext_lazy("Sends over this channel")),
    ("off", gettext_lazy("Describes it; a request may switch it on")),
)


def fields_of(kind: Channel) -> dict[str, forms.Field]:
    """The fields of one channel, by their names in the form: email_to, sms_body."""
    mode = forms.ChoiceField(
        label=gettext_lazy("This event type"),
        required=False,
        choices=_MODES,
        widget=UnfoldAdminSelectWidget,
    )
    fields = {"mode": mode, **channel_fields.fields(kind, EVENT)}
    return {f"{kind.code}_{name}": field for name, field in fields.items()}


def initial_of(
    kind: Channel, one: ChannelDesign, names: Mapping[str, str]
) -> dict[str, Any]:
    """What a design says, as the form shows it; `names` has those of groups and lists
    by id."""
    found = channel_values.initial(kind, one, names, EVENT)
    found["mode"] = "on" if one.on else "off"
    return {f"{kind.code}_{name}": value for name, value in found.items()}


def design_of(
    kind: Channel,
    cleaned: Mapping[str, Any],
    before: ChannelDesign,
    names: Mapping[str, str],
) -> ChannelDesign | None:
    """What the form says of a channel; None for nothing. What has no field stays."""

    def given(name: str) -> Any:
        return cleaned.get(f"{kind.code}_{name}") or ""

    if not given("mode"):
        _ensure_nothing_is_lost(kind, given)
        return None
    said = channel_values.design(kind, given, before, names, EVENT)
    return replace(said, on=given("mode") == "on")


def _ensure_nothing_is_lost(kind: Channel, given: Given) -> None:
    if any(given(name) for name in channel_fields.fields(kind, EVENT)):
        raise InvalidDesign(
            _(
                "What is filled in below would be lost. Empty it, or choose that this "
                "event type describes the channel."
            ),
            field=kind.code,
        )
