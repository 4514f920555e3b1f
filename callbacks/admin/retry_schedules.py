"""The retry schedule: when a tenant's callbacks are tried, in words, where it is not
ours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from callbacks import waits
from callbacks.models import RetrySchedule
from callbacks.schedule import SCHEDULE
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import AdminForm

_HELP = format_lazy(
    _(
        "The time before each try, with s, min or h; the first is 0 s. At most {tries} "
        "tries, {hours} h between two of them, {days} days in all. Each comes a little "
        "sooner or later than said. What waits already keeps its next time."
    ),
    tries=waits.MOST_TRIES,
    hours=waits.LONGEST_WAIT_HOURS,
    days=waits.LONGEST_DAYS,
)


class RetryScheduleForm(AdminForm):
    """Typed and shown as text."""

    waits = forms.CharField(
        label=_("Tries"),
        max_length=500,
        initial=waits.shown(SCHEDULE),
        widget=UnfoldAdminTextInputWidget,
        help_text=_HELP,
    )

    class Meta:
        model = RetrySchedule
        fields = ("waits",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.initial["waits"] = str(self.instance)

    def clean_waits(self) -> list[int]:
        """Refused in words, beside the field."""
        try:
            return waits.read(str(self.cleaned_data["waits"]))
        except waits.NotASchedule as refusal:
            raise forms.ValidationError(str(refusal)) from None


@admin.register(RetrySchedule)
class RetrySchedulesAdmin(TenantAdmin):
    """One row for a tenant; deleted, ours holds again."""

    form = RetryScheduleForm
    list_display = ("shown_waits",)
    ordering = ("id",)
    empty_title = _("Callbacks are tried as always")
    empty_text = format_lazy(
        _("Ten tries within three days: {tries}. Add a schedule to have another."),
        tries=waits.shown(SCHEDULE),
    )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """There is one for each tenant: it is changed."""
        tenant = self.workplace(request).tenant
        said = RetrySchedule.for_tenant(tenant).first() if tenant else None
        if said is not None and self.has_add_permission(request):
            return HttpResponseRedirect(self.url("change", said.pk))
        answer: HttpResponse = super().add_view(request, form_url, extra_context)
        return answer

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("shown_waits",)}),)
        return ((None, {"fields": RetryScheduleForm.Meta.fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("shown_waits",) if obj is not None else ()

    @display(description=_("tries"))
    def shown_waits(self, obj: RetrySchedule) -> str:
        return str(obj)
