"""To whom a test send goes: one address or destination for each channel that is on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from events import accounts
from events.event_types import design_of
from events.models import EventType, EventVersion
from notify_project.errors import Invalid
from providers.channels.base import Channel, channel
from tenants.admin import telling

_PREFIX = "to_"


class TryoutForm(forms.Form):
    """A field for each channel of the version; at least one is to be filled in."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        event: EventType,
        version: EventVersion,
        own_address: str,
    ) -> None:
        super().__init__(data)
        self._region = event.tenant.phone_region
        self._kinds = [
            channel(code) for code, one in design_of(version).channels.items() if one.on
        ]
        for kind in self._kinds:
            own = own_address if kind.code == "email" else ""
            self.fields[_PREFIX + kind.code] = _field(event, kind, own)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for kind in self._kinds:
            text = str(cleaned.get(_PREFIX + kind.code) or "").strip()
            try:
                if text:
                    kind.normalise(text, region=self._region)
            except Invalid as error:
                self.add_error(_PREFIX + kind.code, error.message)
        if not self.errors and not self.recipients:
            self.add_error(None, _("Say where the test is to go."))
        return cleaned

    @property
    def recipients(self) -> dict[str, str]:
        """By channel, those that were given."""
        given = (
            (kind.code, str(self.cleaned_data.get(_PREFIX + kind.code) or "").strip())
            for kind in self._kinds
        )
        return {code: text for code, text in given if text}

    def problems(self) -> Iterator[str]:
        """What is wrong, each with its field's label."""
        for name, told in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            for one in told:
                yield telling.labelled(label, one) if label else str(one)


def _field(event: EventType, kind: Channel, own: str) -> forms.Field:
    """Chat goes to a destination of the tenant's, the rest to what is typed."""
    if not kind.addresses_are_accounts:
        return forms.CharField(
            label=str(kind.label),
            required=False,
            initial=own,
            max_length=320,
            widget=UnfoldAdminTextInputWidget,
        )
    names = sorted(accounts.destinations(event.tenant_id, kind.code, ()))
    return forms.ChoiceField(
        label=str(kind.label),
        required=False,
        choices=[("", _("nowhere")), *((name, name) for name in names)],
        widget=UnfoldAdminSelectWidget,
    )
