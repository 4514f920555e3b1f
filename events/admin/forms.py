"""Forms of the two default layers, with the fields of an event type's channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from events import defaulting, layers, naming, overruling
from events.admin import channel_fields, channel_values, inherited, places
from events.admin.channel_fields import SYSTEM, TENANT, Level
from events.designs import ChannelDesign
from events.errors import InvalidDesign
from events.models import ChannelDefaults, SystemDefaults, TenantDefaults
from events.overruling import Voice
from providers.channels.base import Channel, channel
from tenants.admin.forms import SharedForm
from tenants.admin.marking import mark
from tenants.models import User


class DefaultsForm(SharedForm):
    """What one layer says of one channel; `channel_code` and the fields are set by the
    admin. `rows` has the one that is changed."""

    rows: Callable[[], QuerySet[Any]]
    channel_code: ClassVar[str] = ""
    level: ClassVar[Level]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind: Channel = channel(self.channel_code)
        if self.is_new:
            self.instance.channel = self.kind.code
        row: ChannelDefaults = self.instance
        self._before = ChannelDesign() if self.is_new else layers.design_of(row)
        self._names = self.names()
        shown = channel_values.initial(self.kind, self._before, self._names, self.level)
        for name, value in shown.items():
            self.initial.setdefault(name, value)
        channel_fields.offer(self.fields, self.tenant, self.kind.code, self.initial)
        self.tell_layers()

    def stored(self) -> tuple[object, User | None]:
        """What somebody else may have changed; nobody knows who."""
        row = self.rows().get()
        # As values: a design does not print its recipients and words.
        return (asdict(layers.design_of(row)), getattr(row, "locked", ())), None

    def wait(self) -> None:
        self.rows().update(channel=F("channel"))

    def names(self) -> Mapping[str, str]:
        """Those of groups and lists by id; the system has none."""
        return {}

    def tell_layers(self) -> None:
        """Beside each field: what it inherits, and who says otherwise."""

    def field_of(self, field: str) -> str:
        """`email.content.body` of a refusal is body here."""
        name = places.field(field)
        return name.partition("_")[2] if name else field

    def said(self) -> ChannelDesign:
        """What was typed; what the system keeps for itself is not said here."""

        def given(name: str) -> Any:
            field = self.fields.get(name)
            closed = field is None or field.disabled
            return "" if closed else self.cleaned_data.get(name) or ""

        return channel_values.design(
            self.kind, given, self._before, self._names, self.level
        )


class TenantDefaultsForm(DefaultsForm):
    """A tenant's layer, over the system's and under its event types."""

    level = TENANT

    def rows(self) -> QuerySet[Any]:
        row: TenantDefaults = self.instance
        return TenantDefaults.for_tenant(row.tenant_id).filter(pk=row.pk)

    def names(self) -> Mapping[str, str]:
        return naming.names_of(self.tenant) if self.tenant else {}

    def tell_layers(self) -> None:
        if self.tenant is None:
            return
        below = layers.stored_layers(self.tenant.id)[:1]
        names = {**self._names, **naming.chosen_by_defaults(self.tenant)}
        inherited.show(self.fields, self.kind, below, self.initial, names)
        inherited.tell_who_overrules(
            self.fields,
            self.kind,
            overruling.by_event_types(self.tenant, self.kind.code),
            _event_types,
            _event_type_url,
        )

    def step(self) -> TenantDefaults:
        return defaulting.say(self.instance, self.said())


class SystemDefaultsForm(DefaultsForm):
    """The lowest layer, with the fields that no other may set."""

    level = SYSTEM

    locked = forms.CharField(
        label=gettext_lazy("Locked fields"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Names in the API, one a line, such as account, replyTo or "
            "recipients.bcc: tenants and requests that set them are refused."
        ),
    )

    agreed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["locked"] = "\n".join(self.instance.locked)

    def rows(self) -> QuerySet[Any]:
        return SystemDefaults.objects.filter(pk=self.instance.pk)

    def tell_layers(self) -> None:
        above = overruling.by_tenants(self.kind.code)
        inherited.tell_who_overrules(
            self.fields, self.kind, above, _tenants, _tenant_url
        )

    def step(self) -> SystemDefaults:
        locked = str(self.cleaned_data.get("locked", "")).split()
        self._ensure_agreed(locked)
        return defaulting.say_for_system(self.instance, self.said(), locked)

    def _ensure_agreed(self, locked: Sequence[str]) -> None:
        """Refuse once what stops event types of tenants, who did nothing about it."""
        told = defaulting.stopped_by_system(self.instance, self.said(), locked)
        if not told or self.cleaned_data["agreed"] == mark(told):
            return
        self.come_back_with("agreed", mark(told))
        text = _("%(refusal)s To save it all the same, save once more.")
        raise InvalidDesign(text % {"refusal": defaulting.stopping(told).message})


def _event_types(count: int) -> str:
    if count == 1:
        return _("One event type says its own:")
    return _("%(count)d event types say their own:") % {"count": count}


def _tenants(count: int) -> str:
    if count == 1:
        return _("One tenant says its own:")
    return _("%(count)d tenants say their own:") % {"count": count}


def _event_type_url(voice: Voice) -> str:
    return reverse("admin:events_eventtype_change", args=[voice.id])


def _tenant_url(voice: Voice) -> str:
    return reverse("admin:events_tenantdefaults_change", args=[voice.id])
