"""Lists of people's rows, which are found by a complete address or number."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recipients import suppression
from tenants.admin.base import TenantAdmin
from tenants.admin.paging import InfinitePaginator


class FoundByAddress(TenantAdmin):
    """Newest first, and never counted; `hash_column` has the address's keyed hash."""

    hash_column = "address_hash"
    search_fields = ("id",)
    search_help_text = gettext_lazy("Address or number: complete")
    sortable_by = ()
    ordering = ("-created_at", "-id")
    paginator = InfinitePaginator
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        tenant = self.workplace(request).tenant
        hashes = suppression.hashes_of(tenant, search_term) if tenant else []
        return queryset.filter(**{f"{self.hash_column}__in": hashes}), False

    def list_note(self, request: HttpRequest) -> str:
        place = self.workplace(request)
        if place.tenant is None and place.is_operator:
            return _("You see all tenants. To search by an address, choose a tenant.")
        return ""
