"""AuditedAdmin: a row that is not there answers 404, every change is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from tenants import auditing
from tenants.admin import told
from tenants.admin.days import LOOKUPS
from tenants.admin.forms import AdminForm, StepForm
from tenants.admin.pages import PagesAdmin
from tenants.models import AuditEntry, Tenant, User
from tenants.workplace import Workplace, workplace_of

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.forms import ModelForm

_HISTORY_ROWS = 200
_BOOLS = {"isnull"}
_PARTS = {"exact", "in", "gte", "gt", "lte", "lt"}


class AuditedAdmin(PagesAdmin):
    """What both kinds share: 404, audit, history, no look-ups through relations."""

    form = AdminForm
    list_per_page = 50

    def workplace(self, request: HttpRequest) -> Workplace:
        return workplace_of(request)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """A row that the person may know of; raises 404 for any other id."""
        # Rows are named by their id alone; `_to_field` may hold anything.
        found = super().get_object(request, object_id)
        if found is None:
            raise Http404
        request.audit_before = self.audit_snapshot(found)  # type: ignore[attr-defined]
        return found

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Own columns that a filter offers; never a path into another table."""
        name, *rest = lookup.split("__")
        offered = {
            one if isinstance(one, str) else getattr(one, "parameter_name", None)
            for one in self.list_filter
        }
        if name not in offered | {self.date_hierarchy}:
            return False
        if self._is_moment(name):
            # All others would take a day for its first moment in UTC.
            return bool(rest) and set(rest) <= {*LOOKUPS, *_BOOLS}
        return set(rest) <= _PARTS | _BOOLS

    def _is_moment(self, name: str) -> bool:
        fields = self.opts.get_fields()
        return any(
            one.name == name and isinstance(one, DateTimeField) for one in fields
        )

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[ModelForm[Any]]:
        """The form class, told who asks and for which tenant."""
        tenant = self.tenant_of(request, obj)
        request.form_tenant = tenant  # type: ignore[attr-defined]
        made = super().get_form(request, obj, change=change, **kwargs)
        told = {"request": request, "tenant": tenant}
        return type(made.__name__, (made,), told)

    def tenant_of(self, request: HttpRequest, obj: Any) -> Tenant | None:
        """Whose row it is, or will be."""
        if obj is not None and hasattr(obj, "tenant_id"):
            owner: Tenant | None = obj.tenant
            return owner
        return self.workplace(request).tenant

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Save, unless the form's step has done so."""
        if not isinstance(form, StepForm):
            obj.save()

    # --- Audit ---

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """What of a row the audit compares."""
        return auditing.snapshot(obj)

    def audit(self, request: HttpRequest, action: str, obj: Any) -> None:
        """Record what changed since get_object; nothing if nothing did."""
        before = getattr(request, "audit_before", None) if action != "created" else None
        gone = action == "deleted"
        after = {} if gone else self.audit_snapshot(obj)
        if action == "changed" and before == after:
            return
        auditing.record(
            user_of(request),
            action,
            obj,
            tenant=_owner(obj),
            before=before,
            after=after,
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.audit(request, "created", obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.audit(request, "changed", obj)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self.audit(request, "deleted", obj)

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the audit knows of one row, newest first."""
        obj = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        place = self.workplace(request)
        rows = (
            # Operators look above all tenants.
            AuditEntry.across_tenants()
            if place.is_operator or place.tenant is None
            else AuditEntry.for_tenant(place.tenant)
        )
        entries = rows.filter(
            object_type=self.model._meta.label_lower, object_id=str(obj.pk)
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "entries": [
                (one, told.action(one), told.changes(one), told.why(one))
                for one in entries[:_HISTORY_ROWS]
            ],
            "object": obj,
            "original": obj,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/notify/history.html", context)


def user_of(request: HttpRequest) -> User | None:
    """The person of a request."""
    return request.user if isinstance(request.user, User) else None


def _owner(obj: Any) -> Tenant | None:
    if isinstance(obj, Tenant):
        return obj
    tenant_id: UUID | None = getattr(obj, "tenant_id", None)
    owner: Tenant | None = obj.tenant if tenant_id else None
    return owner
