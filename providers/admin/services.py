"""Services: choose which, fill in what it declares, try the connection."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from providers import downstream
from providers.admin.configured_form import PREFIX, ConfiguredForm, part_of
from providers.admin.mapping_page import MappingPages, gets_params
from providers.admin.service_form import COMMON, PARAMS, ServiceForm
from providers.forms import ConfigForm
from providers.models import Service
from providers.registry import UnknownProvider
from providers.services import KINDS, service_class, service_keys
from tenants.admin.choices import Choice
from tenants.admin.steps import step

_ICONS = {"documents": "picture_as_pdf"}


@admin.register(Service)
class ServicesAdmin(MappingPages):
    """A tenant's own services, and the names of the system's.

    An operator above all tenants makes the system's; in a tenant, that tenant's.
    """

    form = ServiceForm
    shows_system_rows = True
    operators_add_above_all = True
    list_display = ("name", "kind_label", "provider_label", "connection", "active")
    list_filter = ("active",)
    search_fields = ("name", "provider")
    ordering = ("name",)
    steps = ("check_connection",)
    change_form_template = "admin/notify/service_form.html"
    empty_title = gettext_lazy("No services yet")
    empty_text = gettext_lazy(
        "A service is another program that is asked while a message is prepared, such "
        "as one that makes files of params. Event types and requests name it."
    )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """First ask which service, then show its form."""
        if self.has_add_permission(request) and not request.GET.get("provider"):
            groups = [
                (label, [_choice(key) for key in service_keys(kind)])
                for kind, label in KINDS.items()
            ]
            return self.page(
                request,
                "admin/notify/choose.html",
                {"title": _("Add a service: which?"), "groups": groups},
            )
        return super().add_view(request, form_url, extra_context)

    def _key(self, request: HttpRequest, obj: Service | None) -> str:
        key = obj.provider if obj else request.GET.get("provider", "")
        try:
            service_class(key)
        except UnknownProvider:
            if obj is None:
                raise Http404 from None
            raise
        return key

    def judged(self, request: HttpRequest, obj: Service | None) -> ConfigForm:
        declared = service_class(self._key(request, obj)).config_class
        return part_of(declared, obj.config if obj else None, request.POST)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, fields=(), form=_ViewForm)
        made = super().get_form(request, obj, change, fields=COMMON)
        told = {
            "provider": self._key(request, obj),
            "checked": getattr(request, "checked_config", None),
        }
        return type(made.__name__, (made,), told)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            names = ("__str__", "kind_label", "provider_label", "active")
            return ((None, {"fields": names}),)
        key = self._key(request, obj)
        part = part_of(
            service_class(key).config_class, obj.config if obj else None, None
        )
        theirs = tuple(f"{PREFIX}-{name}" for name in part.fields)
        sets = [
            (None, {"fields": COMMON, "description": _about(obj)}),
            (service_class(key).label, {"fields": theirs}),
            *([(_("Params"), {"fields": PARAMS})] if gets_params(key) else []),
        ]
        if obj is not None:
            told = ("checked_at", "told_connection", "check_detail", "created_at")
            sets.append((_("Connection"), {"fields": told}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        return (
            *("__str__", "kind_label", "provider_label", "checked_at"),
            *("told_connection", "check_detail", "created_at"),
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        obj = context.get("original")
        if (
            obj
            and gets_params(obj.provider)
            and self.has_change_permission(request, obj)
        ):
            context["mapping_url"] = self.url("mapping", obj.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            obj.delete()
        except ProtectedError as error:
            users = ", ".join(sorted({str(one) for one in error.protected_objects})[:5])
            raise downstream.ServiceInUse(
                _("The service is used by: %(users)s. Switch it off instead.")
                % {"users": users}
            ) from None

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    @step(gettext_lazy("Check connection"), icon="network_check")
    def check_connection(self, request: HttpRequest, obj: Service) -> str | None:
        """Try it without having anything made; the answer is kept with the service."""
        well, found = downstream.check(obj)
        if well:
            return found or _("The connection works.")
        messages.error(request, found or _("The connection does not work."))
        return None

    # --- Columns ---

    @display(description=gettext_lazy("kind"))
    def kind_label(self, obj: Service) -> str:
        kind = obj.provider.partition(".")[0]
        return str(KINDS.get(kind, kind))

    @display(description=gettext_lazy("service"), ordering="provider")
    def provider_label(self, obj: Service) -> str:
        try:
            return str(service_class(obj.provider).label)
        except UnknownProvider:
            return obj.provider

    @display(
        description=gettext_lazy("connection"),
        label={"works": "success", "fails": "danger", "untried": "default"},
    )
    def connection(self, obj: Service) -> tuple[str, str]:
        if obj.check_ok is None:
            return "untried", _("Not tried")
        return ("works", _("Works")) if obj.check_ok else ("fails", _("Fails"))

    @display(description=gettext_lazy("connection"))
    def told_connection(self, obj: Service) -> str:
        return str(self.connection(obj)[1])


class _ViewForm(ServiceForm):
    """Of a service that may only be looked at: no field at all."""

    required_params = taken_params = fixed_params = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super(ConfiguredForm, self).__init__(*args, **kwargs)

    class Meta:
        model = Service
        fields = ()


def _choice(key: str) -> Choice:
    kind = key.partition(".")[0]
    icon = _ICONS.get(kind, "cloud_sync")
    return Choice(service_class(key).label, "", f"?provider={key}", icon)


def _about(obj: Service | None) -> str:
    if obj is not None and obj.tenant_id is None:
        return _("This service belongs to the system: all tenants may use it.")
    return ""
