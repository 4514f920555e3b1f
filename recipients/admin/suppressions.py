"""The suppression list: looked up by address, added to, released for a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from notify_project.queue.writing import writing
from providers.admin.by_channel import ChannelFilter
from providers.channels.base import channel, channels
from recipients import suppression
from recipients.admin.by_address import FoundByAddress
from recipients.errors import InvalidSuppression
from recipients.models import Suppression
from tenants import auditing
from tenants.admin.asking import Question, ReasonForm, ask, given, record
from tenants.admin.forms import StepForm
from tenants.admin.steps import step


class SuppressionForm(StepForm):
    """Saves by suppression.suppress."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), widget=UnfoldAdminSelectWidget
    )
    address = forms.CharField(
        label=gettext_lazy("Address or number"),
        max_length=320,
        widget=UnfoldAdminTextInputWidget,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=Suppression.Reason.choices,
        initial=Suppression.Reason.BY_HAND,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "Mandatory messages still go to those who opted out, and to nobody else "
            "on the list."
        ),
    )

    class Meta:
        model = Suppression
        fields = ("channel", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "channel" in self.fields:
            self.fields["channel"].choices = [  # type: ignore[attr-defined]
                (one.code, one.label)
                for one in channels()
                if not one.addresses_are_accounts
            ]

    def step(self) -> Suppression:
        if self.tenant is None:  # the page is closed without one
            raise InvalidSuppression(_("Choose a tenant first."))
        given = self.cleaned_data
        row, is_new = suppression.suppress(
            self.tenant,
            channel_code=given["channel"],
            address=given["address"],
            reason=given["reason"],
            note=given["note"],
            added_by=self.user.email if self.user else "",
        )
        if not is_new:
            raise InvalidSuppression(
                _("The address is on the list already, for this reason."),
                field="address",
            )
        return row


class ReasonFilter(admin.SimpleListFilter):
    """Those who are on the list for one reason."""

    title = gettext_lazy("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Suppression.Reason.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Suppression)
class SuppressionsAdmin(FoundByAddress):
    """Entries never change: they are added, and released with a reason."""

    form = SuppressionForm
    list_display = (
        *("shown_address", "shown_channel", "shown_reason"),
        *("note", "added_by", "created_at"),
    )
    list_filter = (ChannelFilter, ReasonFilter)
    steps = ("release",)
    empty_title = gettext_lazy("Nobody is suppressed")
    empty_text = gettext_lazy(
        "Addresses that bounced, complained, answered STOP or opted out stand here. "
        "No message goes to them; whoever sends is told so. The search wants a "
        "complete address."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["fields"] = SuppressionForm.Meta.fields if obj is None else ()
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("channel", "address", "reason", "note")}),)
        return ((None, {"fields": self.get_readonly_fields(request, obj)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ("shown_address", "shown_channel", "shown_reason")
        return (*told, "note", "added_by", "created_at") if obj is not None else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_release_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, "delete", obj)

    @step(gettext_lazy("Release"), permission="release", icon="lock_open", danger=True)
    def release(self, request: HttpRequest, obj: Suppression) -> HttpResponse:
        """Messages go there again; asks why."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            before = auditing.snapshot(obj)
            with writing():
                if suppression.release(obj):
                    record(
                        request, "released", obj, {"reason": typed["reason"]}, before
                    )
            self._tell_released(request, obj)
            return HttpResponseRedirect(self.url("changelist"))

        question = Question(
            _("Release an address"),
            _told(obj),
            _("Release"),
            about=obj,
            heading=f"{obj.address or _('(erased)')}: {obj}",
            danger=True,
        )
        return ask(self, request, question, ReasonForm(given(request)), act)

    def _tell_released(self, request: HttpRequest, obj: Suppression) -> None:
        if left := suppression.others(obj):
            told = _("Released; but the address stands here as well as: %(reasons)s.")
            reasons = ", ".join(one.get_reason_display() for one in left)
            messages.warning(request, told % {"reasons": reasons})
        else:
            messages.success(request, _("Released: messages may go there again."))

    @display(description=gettext_lazy("address"))
    def shown_address(self, obj: Suppression) -> str:
        return obj.address or _("(erased)")

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Suppression) -> str:
        return str(channel(obj.channel).label)

    @display(description=gettext_lazy("reason"))
    def shown_reason(self, obj: Suppression) -> str:
        return str(obj.get_reason_display())


def _told(obj: Suppression) -> str:
    """What a release means."""
    text = _(
        "Messages go to this address again. Release it only if its owner asked for "
        "it, or if it was put here by mistake."
    )
    if obj.reason != Suppression.Reason.STOPPED:
        return text
    carrier = _(
        "After STOP the carrier blocks it as well, until its owner sends START."
    )
    return f"{text} {carrier}"
