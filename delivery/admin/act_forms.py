"""The forms of what can be done about a notification; each asks why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.admin.asking import ReasonForm


class ResendForm(ReasonForm):
    """What goes again, and to whom; `only` is the one message of a crowd's."""

    only = forms.CharField(required=False, widget=forms.HiddenInput)
    message = forms.ChoiceField(
        label=gettext_lazy("What is sent again"),
        widget=forms.Select(attrs={"class": "notify-button"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Another address or number"),
        required=False,
        max_length=320,
        help_text=gettext_lazy("Empty: to the same. It takes the place of all others."),
        widget=forms.TextInput(attrs={"class": "notify-button"}),
    )
    field_order = ("message", "address", "reason")


class RescheduleForm(ReasonForm):
    """Until when what has not left waits."""

    at = forms.DateTimeField(
        label=gettext_lazy("Send it at"),
        help_text=gettext_lazy("In the tenant's time zone."),
        widget=forms.DateTimeInput(
            attrs={"class": "notify-button", "type": "datetime-local"},
            format="%Y-%m-%dT%H:%M",
        ),
    )
    field_order = ("at", "reason")

    def clean_at(self) -> datetime:
        """A year that was mistyped would send it now, and nothing takes that back."""
        at: datetime = self.cleaned_data["at"]
        if at < timezone.now() - timedelta(minutes=1):
            raise forms.ValidationError(
                _("This time is over. Give one to come; the present minute sends now.")
            )
        return at


class DeadForm(ReasonForm):
    """Which of what was given up goes out once more."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What was given up"),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("kinds", "reason")
