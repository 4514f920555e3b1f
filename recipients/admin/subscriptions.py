"""Subscriptions: who is on which list, looked up by address; added and ended."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from notify_project.db.ids import read_id
from providers.admin.by_channel import ChannelFilter
from providers.channels.base import channel, channels
from recipients import subscribing
from recipients.admin.by_address import FoundByAddress
from recipients.errors import InvalidSubscription
from recipients.models import SubscriberList, Subscription
from tenants.admin.forms import StepForm
from tenants.admin.json_field import JsonField
from tenants.admin.steps import step
from tenants.workplace import workplace_of

_KNOWN = ("language", "values")
_ASKED_FOR = ("to", "channel", "address", *_KNOWN)
_BADGES = {"confirmed": "success", "pending": "info", "unsubscribed": "warning"}


class SubscriberForm(StepForm):
    """What is known of a subscriber; saves by subscribing.describe."""

    language = forms.CharField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=35,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "As in fr-CA: templates that have it speak it. Empty: the tenant's."
        ),
    )
    values = JsonField(
        label=gettext_lazy("Params"),
        help_text=gettext_lazy(
            'What templates may print of them, as in {"firstName": "Ann"}. Values of '
            "a request win."
        ),
    )
    field_names: ClassVar[dict[str, str]] = {"locale": "language", "params": "values"}

    class Meta:
        model = Subscription
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", self.instance.locale)
        self.initial.setdefault("values", self.instance.params or {})

    def step(self) -> Subscription:
        row: Subscription = self.instance
        given = self.cleaned_data
        subscribing.describe(row, locale=str(given["language"]), params=given["values"])
        return row


class SubscriptionForm(SubscriberForm):
    """A new one; saves by subscribing.subscribe: the owner of the address is asked."""

    to = forms.ChoiceField(label=gettext_lazy("List"), widget=UnfoldAdminSelectWidget)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), widget=UnfoldAdminSelectWidget
    )
    address = forms.CharField(
        label=gettext_lazy("Address or number"),
        max_length=320,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "A question is sent there; whoever says yes is subscribed."
        ),
    )

    class Meta:
        model = Subscription
        fields = ("channel",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = {
            "to": [(str(one.id), one.name) for one in self._lists()],
            "channel": [
                (one.code, one.label)
                for one in channels()
                if not one.addresses_are_accounts
            ],
        }
        for name, choices in offered.items():
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _lists(self) -> list[SubscriberList]:
        return list(SubscriberList.for_tenant(self.tenant)) if self.tenant else []

    def step(self) -> Subscription:
        given = self.cleaned_data
        chosen = [one for one in self._lists() if str(one.id) == given["to"]]
        if not chosen:
            raise InvalidSubscription(_("Choose a list first."), field="to")
        return subscribing.subscribe(
            chosen[0],
            channel_code=given["channel"],
            address=given["address"],
            locale=str(given["language"]),
            params=given["values"],
        )


class ListFilter(admin.SimpleListFilter):
    """One list's subscriptions; of the tenant in which the person works."""

    title = gettext_lazy("list")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        tenant = workplace_of(request).tenant
        rows = SubscriberList.for_tenant(tenant)[:100] if tenant else ()
        return [(str(one.id), one.name) for one in rows]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = read_id(self.value())
        return queryset.filter(list_id=wanted) if wanted else queryset


class StatusFilter(admin.SimpleListFilter):
    """Those who are subscribed, were asked, or left."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Subscription.Status.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(Subscription)
class SubscriptionsAdmin(FoundByAddress):
    """Nobody is put on a list by hand: they are asked, and may be taken off. What is
    known of them may be changed."""

    form = SubscriptionForm
    list_display = (
        *("shown_address", "list", "shown_channel"),
        *("shown_status", "confirmed_at", "ended_at", "created_at"),
    )
    list_filter = (ListFilter, ChannelFilter, StatusFilter)
    list_select_related = ("list",)
    steps = ("unsubscribe",)
    empty_title = gettext_lazy("No subscriptions yet")
    empty_text = gettext_lazy(
        "Programs add people by the API, and you may here. Each is asked first; only a "
        "yes subscribes."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = SubscriptionForm if obj is None else SubscriberForm
        kwargs["fields"] = kwargs["form"].Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": _ASKED_FOR}),)
        shown = self.get_readonly_fields(request, obj)
        known = _KNOWN if self.has_change_permission(request, obj) else ()
        return ((None, {"fields": (*shown, *known)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        changed = self.has_change_permission(request, obj)
        return (
            *("shown_address", "list", "shown_channel", "told_status"),
            *(() if changed else ("locale", "shown_params")),
            *("asked_at", "confirmed_at", "ended_at", "created_at"),
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of a service's subscribers the service says what is known."""
        by_service = obj is not None and obj.list.service_id is not None
        return not by_service and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_unsubscribe_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.allows(request, "change", obj)

    @step(
        gettext_lazy("Unsubscribe"),
        permission="unsubscribe",
        icon="unsubscribe",
        danger=True,
        ask=gettext_lazy("End this subscription? Only its owner can begin it again."),
        when=lambda row: row.status != Subscription.Status.UNSUBSCRIBED,
    )
    def unsubscribe(self, request: HttpRequest, obj: Subscription) -> str:
        """Nothing more goes there."""
        subscribing.unsubscribe(obj)
        obj.refresh_from_db()
        self.audit(request, "changed", obj)
        return _("Unsubscribed: nothing more goes there.")

    @display(description=gettext_lazy("address"))
    def shown_address(self, obj: Subscription) -> str:
        return str(obj.address)

    @display(description=gettext_lazy("params"))
    def shown_params(self, obj: Subscription) -> str:
        return json.dumps(obj.params, ensure_ascii=False) if obj.params else "-"

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Subscription) -> str:
        return str(channel(obj.channel).label)

    @display(description=gettext_lazy("status"), label=_BADGES)
    def shown_status(self, obj: Subscription) -> tuple[str, str]:
        return obj.status, str(obj.get_status_display())

    @display(description=gettext_lazy("status"))
    def told_status(self, obj: Subscription) -> str:
        return str(obj.get_status_display())
