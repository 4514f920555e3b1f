"""The page of a tenant, with its safe list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from recipients import safe_list
from recipients.errors import InvalidSafeList
from tenants.admin.forms import AdminForm
from tenants.admin.tenants import TenantsAdmin
from tenants.models import Tenant

_SAFE = "safe_addresses"


class TenantForm(AdminForm):
    """The tenant's columns, and the safe list one a line."""

    safe_addresses = forms.CharField(
        label=gettext_lazy("Safe list"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "E-mail addresses and phone numbers, one a line. A tenant on trial and "
            "team keys write to these and to the tenant's own people only."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault(_SAFE, "\n".join(self.instance.safe_list or ()))

    def clean_safe_addresses(self) -> list[str]:
        """Each in its channel's one form; what is none is named by its line."""
        lines = str(self.cleaned_data[_SAFE]).splitlines()
        given = [one.strip() for one in lines if one.strip()]
        if len(given) > safe_list.LONGEST:
            raise forms.ValidationError(
                _("At most %(count)d addresses.") % {"count": safe_list.LONGEST}
            )
        try:
            kept = safe_list.checked(self.instance, given)
        except InvalidSafeList as refused:
            raise forms.ValidationError(refused.message) from None
        self.instance.safe_list = kept or None
        return kept


admin.site.unregister(Tenant)


@admin.register(Tenant)
class TenantsWithSafeList(TenantsAdmin):
    """What TenantsAdmin has, and whom the tenant may write to while it is on trial."""

    form = TenantForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        name = _SAFE if self._may_change(request, obj) else "told_safe_list"
        first, *others = super().get_fieldsets(request, obj)
        return (first, (_("Trying things out"), {"fields": (name,)}), *others)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "told_safe_list")

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or self.has_change_permission(request, obj)

    @display(description=gettext_lazy("safe list"))
    def told_safe_list(self, obj: Tenant) -> str:
        return "\n".join(safe_list.current(obj)) or "-"
