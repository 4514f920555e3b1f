"""Forms of the stored layers: the usual free values as fields, the rest kept as is."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from delivery.unknowns import Policy
from events.admin import inherited
from events.layers import stored_layers
from notify_project.errors import Invalid
from providers.channels.base import channel
from templates_app.engines import registry
from tenants.admin.forms import AdminForm

# Field in the form -> name in the API.
VALUES = {
    "body_type": "bodyType",
    "engine": "defaultRenderer",
    "priority": "priority",
    "on_unknown": "onUnknown",
    "reply_to": "replyTo",
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
_MOST_REPLY_TO = 5


def _choice(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=help_text,
    )


class DefaultsForm(AdminForm):
    """What one layer says of one channel; `channel_code` is set by the admin."""

    channel_code: ClassVar[str] = ""

    body_type = _choice(gettext_lazy("Texts are"))
    engine = _choice(gettext_lazy("Template language"))
    priority = _choice(gettext_lazy("Priority"))
    on_unknown = _choice(
        gettext_lazy("If nobody can say whether it was sent"),
        gettext_lazy("A provider's answer may get lost after it took the message."),
    )
    reply_to = forms.CharField(
        label=gettext_lazy("Replies go to"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Up to five addresses, with commas between."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = channel(self.channel_code)
        if self.is_new:
            self.instance.channel = kind.code
        offered: dict[str, Any] = {
            "body_type": [(one, one) for one in kind.body_types],
            "engine": [(one.name, one.name) for one in registry.allowed_engines()],
            "priority": PRIORITIES,
            "on_unknown": POLICIES.items(),
        }
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = [("", _("Says nothing")), *choices]
        if kind.code != "email":
            del self.fields["reply_to"]
        if "account" in self.fields:
            self._narrow("account", kind.code)
        if "sender" in self.fields:
            self._narrow("sender", kind.code)
            sender: Any = self.fields["sender"]
            # Another would stop every message that names no sender of its own.
            sender.queryset = sender.queryset.filter(verified_at__isnull=False)
        for name, wire in VALUES.items():
            self.initial.setdefault(name, self._stored(wire))
        self._show_inherited()

    def _show_inherited(self) -> None:
        """What a tenant's fields inherit from the system; its own inherit nothing."""
        if self.tenant is not None and self._has_tenant():
            below = stored_layers(self.tenant.id)[:1]
            inherited.show(self.fields, self.channel_code, below, self.initial)

    def _narrow(self, name: str, code: str) -> None:
        field: Any = self.fields[name]
        field.queryset = field.queryset.filter(channel=code)

    def _stored(self, wire: str) -> str:
        value = self.instance.values.get(wire, "")
        return ", ".join(value) if isinstance(value, list) else str(value)

    def clean_reply_to(self) -> list[str]:
        """Addresses in their normal form; the form field shows them with commas."""
        given = str(self.cleaned_data["reply_to"]).split(",")
        addresses = [one.strip() for one in given if one.strip()]
        if len(addresses) > _MOST_REPLY_TO:
            raise forms.ValidationError(_("At most five addresses."))
        region = self.tenant.phone_region if self.tenant else ""
        try:
            return [channel("email").normalise(one, region=region) for one in addresses]
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message) from None

    def clean(self) -> Any:
        """Empty fields say nothing; what has no field here stays."""
        cleaned = super().clean()
        values = dict(self.instance.values)
        for name, wire in VALUES.items():
            if name not in self.fields:
                continue
            values.pop(wire, None)
            if self.cleaned_data.get(name):
                values[wire] = self.cleaned_data[name]
        self.instance.values = values
        return cleaned


class SystemDefaultsForm(DefaultsForm):
    """The lowest layer, with the fields that no other may set."""

    locked = forms.CharField(
        label=gettext_lazy("Locked fields"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Names in the API, one a line, such as account or replyTo: tenants and "
            "requests that set them are refused."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["locked"] = "\n".join(self.instance.locked)

    def clean(self) -> Any:
        cleaned = super().clean()
        self.instance.locked = str(self.cleaned_data.get("locked", "")).split()
        return cleaned
