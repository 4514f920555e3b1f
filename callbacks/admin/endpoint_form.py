"""The form of an endpoint, and the one that asks what is to be sent again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from callbacks import endpoints, kinds, wishes
from callbacks.admin import words
from callbacks.admin.judging import judged
from callbacks.errors import InvalidEndpoint
from callbacks.models import Endpoint
from callbacks.wishes import Wish
from tenants.admin.forms import AdminForm, StepForm

_AS_TYPED = (
    *("description", "events", "channels", "hex_signature"),
    *("retries_refusals", "per_second", "concurrency", "active"),
)


def _boxes(label: Any, choices: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=help_text,
    )


def _number(label: Any, initial: int, most: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        initial=initial,
        min_value=1,
        max_value=most,
        widget=UnfoldAdminTextInputWidget,
        help_text=help_text,
    )


class EndpointForm(StepForm):
    """Saves by endpoints.register and endpoints.change.

    The admin has judged the URL before the transaction (judging.py). What was not
    touched is not written.
    """

    field_names = {"bearerToken": "bearer_token"}

    events = _boxes(
        gettext_lazy("Events"),
        list(words.EVENTS.items()),
        gettext_lazy("None ticked: it is told of all."),
    )
    channels = _boxes(
        gettext_lazy("Channels"),
        list(words.CHANNELS.items()),
        gettext_lazy("None ticked: of messages over every channel."),
    )
    bearer_token = forms.CharField(
        label=gettext_lazy("Bearer token"),
        required=False,
        max_length=wishes.TOKEN_LENGTH,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Sent as Authorization, beside the signature. It is never shown; left "
            "empty, it stays as it is."
        ),
    )
    forget_token = forms.BooleanField(
        label=gettext_lazy("Send no bearer token any more"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    per_second = _number(
        gettext_lazy("Requests per second"),
        Endpoint._meta.get_field("per_second").default,
        wishes.FASTEST,
        gettext_lazy("As many as your program takes."),
    )
    concurrency = _number(
        gettext_lazy("Requests at once"),
        Endpoint._meta.get_field("concurrency").default,
        wishes.MOST_AT_ONCE,
        "",
    )

    class Meta:
        model = Endpoint
        fields = ("url", "description", "hex_signature", "retries_refusals", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.initial.update(
                {name: getattr(self.instance, name) for name in _AS_TYPED}
            )

    def clean_url(self) -> str:
        """Refused in words, beside the field."""
        judged(self.request)
        return str(self.cleaned_data["url"])

    def step(self) -> Endpoint:
        granted = judged(self.request) | wishes.granted(self._wish(), kind=self._kind)
        if not self.is_new:
            endpoint: Endpoint = self.instance
            endpoints.change(endpoint, granted)
            return endpoint
        if self.tenant is None:  # the page is closed without one
            raise InvalidEndpoint(_("Choose a tenant first."))
        return endpoints.register(self.tenant, granted)

    @property
    def _kind(self) -> str:
        return kinds.EVENTS if self.is_new else self.instance.kind

    def _wish(self) -> Wish:
        given = self.cleaned_data
        touched = _AS_TYPED if self.is_new else self.changed_data
        said = {name: given[name] for name in _AS_TYPED if name in touched}
        if given["bearer_token"]:
            said["bearer_token"] = given["bearer_token"]
        elif given.get("forget_token"):
            said["bearer_token"] = ""
        return Wish(**said)


class ViewForm(AdminForm):
    """Of an endpoint that may only be looked at: no field at all."""

    class Meta:
        model = Endpoint
        fields = ()
