"""Erasures: ask for one by address and reason, and see that it was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from events import erasing
from events.errors import InvalidErasure
from events.models import Erasure
from events.remains import WHY
from tenants.admin import telling
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import StepForm

PLACES: dict[str, str | Promise] = {
    "notifications": gettext_lazy("Notifications"),
    "members": gettext_lazy("Members of groups"),
    "suppressed": gettext_lazy("Suppressed addresses (the hash stays)"),
    "subscriptions": gettext_lazy("Subscriptions"),
    "answers": gettext_lazy("Remembered answers"),
    "notices": gettext_lazy("Mails of Notify's own"),
    "refused_calls": gettext_lazy("Refused calls"),
    "texts": gettext_lazy("Received texts"),
    "samples": gettext_lazy("Sample values"),
}


class ErasureForm(StepForm):
    """Asks for an erasure, by erasing.ask."""

    person = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=320,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("An e-mail address or a phone number, in full."),
    )
    field_names: ClassVar[dict[str, str]] = {"address": "person"}

    class Meta:
        model = Erasure
        fields = ("reason",)
        help_texts: ClassVar[dict[str, Any]] = {
            "reason": gettext_lazy("It is kept. Leave the address out of it.")
        }

    def step(self) -> Erasure:
        if self.tenant is None or self.user is None:  # the page is closed without
            raise InvalidErasure(_("Choose a tenant first."))
        return erasing.ask(
            self.tenant,
            self.cleaned_data["person"],
            reason=self.cleaned_data["reason"],
            asked_by=self.user.email,
        )


@admin.register(Erasure)
class ErasuresAdmin(TenantAdmin):
    """Asked for here, carried out by a chore; what is listed is the proof."""

    form = ErasureForm
    add_form_template = "admin/notify/erasure_form.html"
    list_display = ("created_at", "reason", "asked_by", "shown_stage", "finished_at")
    sortable_by = ()
    empty_title = gettext_lazy("Nobody was erased")
    empty_text = gettext_lazy(
        "An erasure takes a person's address out of everything that Notify keeps: "
        "messages and their words, groups, remembered answers. What is still to be "
        "sent to them is cancelled. It cannot be taken back."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            kwargs["help_texts"] = {}  # they are for who writes it
        kwargs["fields"] = ErasureForm.Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("person", "reason")}),)
        told = ("reason", "asked_by", "created_at", "shown_stage", "finished_at")
        return (
            (None, {"fields": told}),
            (_("Erased"), {"fields": ("shown_counts",)}),
            (_("What remains, and why"), {"fields": ("shown_remains",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        return (
            *("reason", "asked_by", "created_at", "shown_stage", "finished_at"),
            *("shown_counts", "shown_remains"),
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not even an operator's: it is a proof."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=gettext_lazy("stage"))
    def shown_stage(self, obj: Erasure) -> str:
        if obj.stage != Erasure.Stage.WAITING:
            return obj.get_stage_display()
        return f"{obj.get_stage_display()} ({len(obj.waiting)})"

    @display(description=gettext_lazy("rows"))
    def shown_counts(self, obj: Erasure) -> str:
        told = [(PLACES.get(key, key), count) for key, count in obj.counts.items()]
        return _lines(told) or _("none")

    @display(description=gettext_lazy("places"))
    def shown_remains(self, obj: Erasure) -> str:
        if obj.stage != Erasure.Stage.DONE:
            return _("It is told when it is done.")
        told = [(name, WHY[kind]) for kind, name in obj.remains]
        always = _(
            "Counts by day; the hash in the suppression list, so that nothing is sent "
            "again; backups, until they run out; what providers keep of their own."
        )
        return format_html("{}{}", _lines(told), always)


def _lines(told: Sequence[tuple[object, object]]) -> str:
    lines = ((telling.labelled(*one),) for one in told)
    return format_html_join("", "{}<br>", lines)
