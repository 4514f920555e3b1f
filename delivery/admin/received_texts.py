"""Received texts: what people sent to a tenant's numbers, and who wants no more."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from delivery import reasons
from delivery.models import ReceivedText
from recipients.admin.by_address import FoundByAddress
from tenants.admin.asking import record
from tenants.admin.base import ReadOnlyAdmin
from tenants.admin.steps import step
from tenants.admin.times import in_both_zones

_WISHES = {"stop": "warning", "start": "success"}


class WishFilter(admin.SimpleListFilter):
    """Those that say STOP, or START."""

    title = gettext_lazy("wish")
    parameter_name = "wish"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ReceivedText.Wish.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(wish=self.value()) if self.value() else queryset


@admin.register(ReceivedText)
class ReceivedTextsAdmin(FoundByAddress, ReadOnlyAdmin):
    """Who wrote when, and their wish; the words only for those who may read them."""

    list_display = ("received", "shown_sender", "number", "shown_wish", "told_provider")
    list_display_links = ("received",)
    list_filter = (WishFilter, "created_at")
    hash_column = "sender_hash"
    list_per_page = 30
    steps = ("look",)
    empty_title = gettext_lazy("No received texts")
    empty_text = gettext_lazy(
        "What people answer to your numbers stands here, once the SMS provider is told "
        "the address that its account shows under Receipts. STOP and START are heeded."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("text")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": self.get_readonly_fields(request, obj)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            *("received", "shown_sender", "number", "told_wish"),
            *("told_provider", "provider_ref"),
        )

    @step(gettext_lazy("Show content"), permission="content", icon="visibility")
    def look(self, request: HttpRequest, obj: ReceivedText) -> HttpResponse:
        """Somebody's words: each look is recorded."""
        record(request, "content seen", obj, {"provider": obj.provider})
        context = {
            "title": _("What was received"),
            "object": obj,
            "text": obj.text,
            "back_url": self.url("change", obj.pk),
        }
        return self.page(request, "admin/notify/received_text.html", context)

    def has_content_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may_read = self.workplace(request).may_do("delivery", "content", "view")
        return may_read and self.has_view_permission(request, obj)

    # --- Columns ---

    @display(description=gettext_lazy("received"))
    def received(self, obj: ReceivedText) -> str:
        return in_both_zones(obj.created_at, obj.tenant.time_zone)

    @display(description=gettext_lazy("sender"))
    def shown_sender(self, obj: ReceivedText) -> str:
        return str(obj.sender)

    @display(description=gettext_lazy("wish"), label=_WISHES)
    def shown_wish(self, obj: ReceivedText) -> tuple[str, str] | str:
        return (obj.wish, str(obj.get_wish_display())) if obj.wish else "-"

    @display(description=gettext_lazy("wish"))
    def told_wish(self, obj: ReceivedText) -> str:
        """With the way to where a STOP is kept."""
        if not obj.wish:
            return "-"
        listed = reverse("admin:recipients_suppression_changelist")
        return format_html(
            '{} <a href="{}?{}">{}</a>',
            obj.get_wish_display(),
            *(listed, urlencode({"q": obj.sender}), _("Suppression list")),
        )

    @display(description=gettext_lazy("provider"))
    def told_provider(self, obj: ReceivedText) -> str:
        return reasons.provider(obj.provider)
