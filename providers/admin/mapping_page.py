"""The page that shows what of some params a service would get; it is not called."""

from __future__ import annotations

import json

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from notify_project.errors import NotifyError
from providers import mapping
from providers.admin.configured_form import ConfiguredAdmin
from providers.models import Service
from tenants.admin.json_field import read_object


class MappingPages(ConfiguredAdmin):
    """Beside a service that gets params: those that make files, or fill in texts."""

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/mapping/",
            self.admin_site.admin_view(self.mapping_view),
            name="providers_service_mapping",
        )
        return [own, *super().get_urls()]

    def mapping_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST params: what comes of them. Nothing is kept, and nobody asked."""
        obj: Service = self.get_object(request, object_id)
        if not gets_params(obj.provider):
            raise Http404
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        context: dict[str, object] = {
            "title": _("What it is given"),
            "object": obj,
            "typed": request.POST.get("params", _example(obj)),
            "back_url": self.url("change", obj.pk),
        }
        try:
            params = read_object(str(context["typed"]), _("Params"))
        except NotifyError as refusal:
            context["problem"] = refusal.message
        else:
            given = mapping.data_of(params, fixed=obj.fixed, taken=obj.taken)
            context["missing"] = mapping.missing(params, obj.required)
            context["given"] = json.dumps(given, indent=2, ensure_ascii=False)
        return self.page(request, "admin/notify/service_mapping.html", context)


def gets_params(provider: str) -> bool:
    """Directories and lists are asked, and given nothing."""
    return provider.startswith("documents.")


def _example(obj: Service) -> str:
    """Params that would have all that the service takes and requires."""
    found: dict[str, object] = {}
    for one in dict.fromkeys([*obj.required, *obj.taken.values()]):
        _put(found, one.split("."))
    return json.dumps(found, indent=2, ensure_ascii=False)


def _put(found: dict[str, object], names: list[str]) -> None:
    """A path into lists (`rows.0.name`) is written as one into maps, which it fits."""
    name, *rest = names
    if not rest:
        found.setdefault(name, "…")
        return
    inner = found.setdefault(name, {})
    if isinstance(inner, dict):
        _put(inner, rest)
