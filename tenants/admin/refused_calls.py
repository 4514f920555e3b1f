"""Refused calls: what a program asked for and was not given, found by its own words."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from tenants.admin.base import ReadOnlyAdmin
from tenants.admin.paging import InfinitePaginator
from tenants.admin.times import in_both_zones
from tenants.models import RefusedCall

_ANSWERS = {
    400: gettext_lazy("400 not understood"),
    401: gettext_lazy("401 no valid credential"),
    403: gettext_lazy("403 not allowed"),
    404: gettext_lazy("404 not found"),
    405: gettext_lazy("405 wrong method"),
    409: gettext_lazy("409 conflict"),
    413: gettext_lazy("413 too large"),
    422: gettext_lazy("422 something in it is wrong"),
    429: gettext_lazy("429 too many requests"),
    500: gettext_lazy("500 our fault"),
    503: gettext_lazy("503 not available"),
}
_SHOWN_KEY = re.compile(r"^ntf_[a-z]+_")


class AnswerFilter(admin.SimpleListFilter):
    """One status of an answer."""

    title = gettext_lazy("answer")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(str(status), words) for status, words in _ANSWERS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        known = chosen and chosen.isdigit() and int(chosen) in _ANSWERS
        return queryset.filter(status=chosen) if known else queryset


@admin.register(RefusedCall)
class RefusedCallsAdmin(ReadOnlyAdmin):
    """The answer to "our application says it sent it"."""

    list_display = (
        *("told_at", "answer", "shown_key", "asked", "shown_errors"),
        "correlation_id",
    )
    list_display_links = ("told_at",)
    sortable_by = ()
    list_filter = (AnswerFilter, "at")
    search_fields = ("correlation_id",)
    search_help_text = gettext_lazy(
        "Correlation id, key, code, field or address: complete"
    )
    ordering = ("-at", "-id")
    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 30
    empty_title = gettext_lazy("No refused calls")
    empty_text = gettext_lazy(
        "A call that is refused stands here for 30 days. If a program's call is "
        "neither here nor under Notifications, it did not reach us: ask for the answer "
        "that the program got, and for the address that it calls."
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        wanted = search_term.strip()[:200]
        if not wanted:
            return queryset, False
        found = Q(correlation_id=wanted)
        if self.workplace(request).tenant is not None:
            # Of one tenant there are so few that any column may be looked at.
            found |= Q(key_name=_key(wanted)) | Q(code=wanted) | Q(path=wanted)
            found |= Q(errors__icontains=f'"{wanted}"')
        return queryset.filter(found), False

    def list_note(self, request: HttpRequest) -> str:
        place = self.workplace(request)
        if place.tenant is None and place.is_operator:
            return _(
                "You see all tenants, and calls whose credential is nobody's. The "
                "search looks for the correlation id only; choose a tenant for more."
            )
        return ""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = (
            *("told_at", "answer", "shown_key", "asked", "shown_errors"),
            *("correlation_id", "not_listed", "what_to_do"),
        )
        return ((None, {"fields": names}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            *("told_at", "answer", "shown_key", "asked", "shown_errors"),
            *("not_listed", "what_to_do"),
        )

    # --- Columns ---

    @display(description=gettext_lazy("when"), ordering="at")
    def told_at(self, obj: RefusedCall) -> str:
        return in_both_zones(obj.at, obj.tenant.time_zone if obj.tenant else "UTC")

    @display(description=gettext_lazy("answer"), ordering="status")
    def answer(self, obj: RefusedCall) -> str:
        kind = "danger" if obj.status >= 500 else "warning"
        return format_html(
            '<span class="notify-badge notify-{}">{}</span> '
            '<span class="notify-subtle">{}</span>',
            *(kind, obj.status, obj.code),
        )

    @display(description=gettext_lazy("key"), ordering="key_name")
    def shown_key(self, obj: RefusedCall) -> str:
        return f"{obj.key_name} ({obj.key_type})" if obj.key_type else obj.key_name

    @display(description=gettext_lazy("call"))
    def asked(self, obj: RefusedCall) -> str:
        return format_html(
            '<span class="notify-wrap">{} {}</span>', obj.method, obj.path
        )

    @display(description=gettext_lazy("what was wrong"))
    def shown_errors(self, obj: RefusedCall) -> str:
        return format_html_join(
            "",
            '<span class="notify-wrap">{}</span> '
            '<span class="notify-subtle">{}</span><br>',
            ((one["field"], one["code"]) for one in obj.errors),
        )

    @display(description=gettext_lazy("not listed"))
    def not_listed(self, obj: RefusedCall) -> str:
        if not obj.skipped:
            return "0"
        return _("%(count)d refused calls before it came too fast to be listed.") % {
            "count": obj.skipped
        }

    @display(description=gettext_lazy("what to do"))
    def what_to_do(self, obj: RefusedCall) -> str:
        link = f"{settings.PUBLIC_URL}/docs/errors#{obj.code}"
        words = _("What the code means, and what the program's people can do")
        return format_html('<a class="notify-link" href="{}">{}</a>', link, words)


def _key(wanted: str) -> str:
    """The id of a key, also as the list of API keys shows it: ntf_live_Ab12Cd34."""
    return _SHOWN_KEY.sub("", wanted)
