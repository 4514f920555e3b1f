"""Form fields that are the same on several pages: scopes, networks, links to choose;
and what channels are called in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
)

from tenants.models.credentials import Scope, validate_networks


@dataclass(frozen=True, slots=True)
class Choice:
    """One card on a page that asks what kind of thing is to be made."""

    label: str | Promise
    text: str | Promise
    url: str
    icon: str = ""


class ScopesField(forms.MultipleChoiceField):
    """Some of the scopes, as boxes to tick."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Rights"),
            choices=Scope.choices,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            **options,
        )


def in_words(scopes: Collection[str]) -> str:
    """Each on a line of its own, in the table's order."""
    words = [(label,) for one, label in Scope.choices if one in scopes]
    return format_html_join(mark_safe("<br>"), "{}", words)


_channel_labels: dict[str, str | Promise] = {}


def name_channels(labels: Mapping[str, str | Promise]) -> None:
    """What people call them, by their names in settings; providers/ knows."""
    _channel_labels.update(labels)


def channel_label(code: str) -> str:
    """A channel's name for people; its code where nobody named it."""
    return str(_channel_labels.get(code, code))


class ChannelsField(forms.MultipleChoiceField):
    """The channels that a key is bound to, as boxes to tick."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Only over these channels"),
            choices=lambda: [
                (one, channel_label(one)) for one in settings.CHANNEL_LANES
            ],
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
            help_text=_("None ticked: over every channel."),
            **options,
        )


class NetworksField(forms.CharField):
    """IP addresses and networks, one a line; a list in Python."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Only from these IP addresses"),
            required=False,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            help_text=_(
                "One address or network a line, such as 203.0.113.0/24. "
                "Empty: from anywhere."
            ),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        networks = str(super().clean(value)).split()
        validate_networks(networks)
        return networks
