"""Senders: added unverified, verified by a mailed link or by the operator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from notify_project.errors import Invalid
from providers import senders
from providers.admin.by_channel import ChannelFilter
from providers.channels.base import channel, channels
from providers.models import Sender
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import StepForm
from tenants.admin.steps import step


class NewSenderForm(StepForm):
    """An address to be verified."""

    field_names = {"replyTo": "reply_to"}

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Sender
        fields = ("channel", "address", "name", "reply_to", "is_default")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (one.code, one.label)
            for one in channels()
            if not one.addresses_are_accounts
        ]

    def step(self) -> Sender:
        if self.tenant is None:  # the page is closed without one
            raise Invalid(_("Choose a tenant first."))
        given = self.cleaned_data
        return senders.create(
            self.tenant,
            channel_code=given["channel"],
            address=given["address"],
            name=given["name"],
            reply_to=given["reply_to"],
            is_default=given["is_default"],
        )


class SenderForm(StepForm):
    """The address stays; for another one another sender is added."""

    field_names = {"replyTo": "reply_to"}

    class Meta:
        model = Sender
        fields = ("name", "reply_to", "is_default")

    def step(self) -> Sender:
        sender: Sender = self.instance
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return senders.change(sender, sender.tenant, **given)


@admin.register(Sender)
class SendersAdmin(TenantAdmin):
    """Only verified senders are sent from."""

    list_display = ("address", "name", "shown_channel", "state", "is_default")
    list_filter = (ChannelFilter,)
    search_fields = ("address", "name")
    steps = ("verify", "resend", "make_default")
    empty_title = gettext_lazy("No senders yet")
    empty_text = gettext_lazy(
        "Add the address or number that messages come from. An e-mail address is sent "
        "a link that verifies it; numbers and domains are verified by an operator."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = SenderForm if obj else NewSenderForm
        kwargs["fields"] = kwargs["form"].Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": NewSenderForm.Meta.fields}),)
        fixed = ("address", "shown_channel", "told_state", "verified_at")
        return (
            (None, {"fields": SenderForm.Meta.fields}),
            (_("Address"), {"fields": fixed}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("address", "shown_channel", "told_state", "verified_at") if obj else ()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        senders.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    @step(
        gettext_lazy("Verify"),
        icon="verified",
        operators=True,
        ask=gettext_lazy("Vouch that the tenant may send from this address?"),
        when=lambda sender: sender.verified_at is None,
    )
    def verify(self, request: HttpRequest, obj: Sender) -> str:
        """The operator vouches for it."""
        senders.verify(obj)
        obj.refresh_from_db()
        self.audit(request, "verified", obj)
        return _("The sender is verified.")

    @step(
        gettext_lazy("Send the link again"),
        icon="forward_to_inbox",
        when=lambda sender: (
            senders.is_asked_by_mail(sender) and sender.verified_at is None
        ),
    )
    def resend(self, request: HttpRequest, obj: Sender) -> str:
        """Another verification mail."""
        senders.ask(obj)
        self.audit(request, "link sent", obj)
        return _("A new link is on its way to %(address)s.") % {"address": obj.address}

    @step(
        gettext_lazy("Make default"),
        icon="star",
        when=lambda sender: not sender.is_default,
    )
    def make_default(self, request: HttpRequest, obj: Sender) -> str:
        """The one that is used where nobody says another."""
        senders.make_default(obj)
        self.audit(request, "changed", obj)
        return _("%(sender)s is the default now.") % {"sender": obj}

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Sender) -> str:
        return str(channel(obj.channel).label)

    @display(
        description=gettext_lazy("state"),
        ordering="verified_at",
        label={"verified": "success", "waiting": "warning"},
    )
    def state(self, obj: Sender) -> tuple[str, str]:
        if obj.verified_at is None:
            return "waiting", _("Waits to be verified")
        return "verified", _("Verified")

    @display(description=gettext_lazy("state"))
    def told_state(self, obj: Sender) -> str:
        return str(self.state(obj)[1])
