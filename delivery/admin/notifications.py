"""Notifications: found by what one holds in hand, told from the ledger."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from delivery import handover, reasons, searching, telling
from delivery.admin import history
from delivery.admin.acting import links
from delivery.admin.crowd import some_messages
from delivery.admin.dead_letters import DeadLetters
from delivery.admin.filters import ChannelFilter, EventTypeFilter, StatusFilter
from delivery.admin.messages import told_crowd, told_messages
from delivery.admin.notes import note
from delivery.models import Content, LedgerEntry, Notification
from notify_project.observability.framed import framed_html
from providers.channels.base import channel
from tenants.admin.paging import InfinitePaginator
from tenants.admin.telling import in_words
from tenants.admin.times import in_both_zones
from tenants.workplace import workplace_of

_LEDGER = 300
_LOOK_SALT = "notify.content"
_LOOK_SECONDS = 120


@admin.register(Notification)
class NotificationsAdmin(DeadLetters):
    """Looked at, and acted on; what was written only by those who may."""

    list_display = (
        *("accepted", "status_badge", "shown_channels", "shown_event_type"),
        *("reference", "shown_tags", "id"),
    )
    list_display_links = ("accepted", "id")
    # Newest first: a tenant's whole history has an index for that order only.
    sortable_by = ()
    list_filter = (StatusFilter, ChannelFilter, EventTypeFilter, "created_at")
    search_fields = ("id",)
    search_help_text = gettext_lazy(
        "Id, correlation id, tag, address or number: complete"
    )
    ordering = ("-created_at", "-id")
    # A count of a tenant's whole history would cost more than the page.
    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 30
    steps = ("resend", "reschedule", "replay", "cancel")
    change_form_template = "admin/notify/notification.html"
    empty_title = gettext_lazy("No notifications")
    empty_text = gettext_lazy(
        "What programs send by the API stands here within a second. The search wants "
        "complete values: an id, a tag, an address."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).defer("params")
        return rows.select_related("tenant").prefetch_related("tags")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        tenant = self.workplace(request).tenant
        return searching.by_text(queryset, search_term, tenant=tenant), False

    def list_note(self, request: HttpRequest) -> str:
        place = self.workplace(request)
        if place.tenant is None and place.is_operator:
            return _("You see all tenants. To search by an address, choose a tenant.")
        return note(request, place)

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """All else of it never changes; its params stay sealed."""
        return {"status": obj.status}

    # --- One notification ---

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if obj is not None:
            context.update(self._told(request, obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ()

    def _told(self, request: HttpRequest, obj: Notification) -> dict[str, Any]:
        some = some_messages(request, obj)
        ids = [one.id for one in some.messages]
        ledger = LedgerEntry.for_tenant(obj.tenant_id).filter(message__in=ids)
        zone = obj.tenant.time_zone
        entries = list(ledger.order_by("id")[: _LEDGER + 1])
        told = telling.timeline(entries[:_LEDGER], some.messages)
        timeline = history.whole(obj, ids, told)
        return {
            "title": _("Notification"),
            **links(self, obj),
            "zone": ZoneInfo(zone),
            "status": (
                telling.OVERALL_WORDS.get(obj.status, obj.status),
                telling.KINDS.get(obj.status, "default"),
            ),
            "is_test": telling.is_test(obj),
            "is_tryout": telling.is_tryout(obj),
            "asked_by": reasons.asked_by(obj),
            "crowd": told_crowd(obj),
            "some": some,
            "messages_shown": told_messages(obj, some.messages),
            "may_resend": self.has_resend_permission(request, obj),
            "resend_url": self.url("do", obj.pk, "resend"),
            "timeline": [(in_both_zones(one.at, zone), one) for one in timeline],
            "warnings": [in_words(one) for one in obj.warnings],
            "goes_on": len(entries) > _LEDGER,
            **history.kept(obj),
            "tags": [one.tag for one in obj.tags.all()],
            "decided_by": [
                (in_words(path), path, telling.layer_in_words(layer))
                for path, layer in sorted(obj.decided_by.items())
            ],
            "made_of": telling.made_of(Content.for_tenant(obj.tenant_id), obj),
            "may_see_content": may_see_content(request) and not obj.is_ours,
            "content_url": self.url("content", obj.pk),
        }

    # --- Content ---

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<path:object_id>/content/",
                self.admin_site.admin_view(self.content_view),
                name="delivery_notification_content",
            ),
            path(
                "content/<str:look>/",
                self.admin_site.admin_view(self.html_view),
                name="delivery_notification_html",
            ),
        ]
        return [*own, *super().get_urls()]

    def content_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What was written; a POST, so that nothing but a click looks, and recorded."""
        obj: Notification = self.get_object(request, object_id)
        may_look = may_see_content(request) and not obj.is_ours
        if not may_look or not self.has_view_permission(request, obj):
            raise PermissionDenied
        if request.method != "POST":
            raise Http404
        stored = Content.for_tenant(obj.tenant_id).filter(notification=obj)
        contents = [one for one in stored if one.body]  # not deleted yet
        self.audit(request, "content seen", obj)
        return self.page(
            request,
            "admin/notify/content.html",
            {
                "title": _("Content"),
                "object": obj,
                "contents": [self._content(request, one) for one in contents],
                "back_url": self.url("change", obj.pk),
            },
        )

    def _content(self, request: HttpRequest, one: Content) -> dict[str, Any]:
        body = one.body
        is_html = body["bodyType"] == "html"
        look = signing.dumps([str(one.id), str(request.user.pk)], salt=_LOOK_SALT)
        return {
            "channel": channel(one.channel).label,
            "subject": body["texts"].get("subject", ""),
            "text": body["texts"].get("body", ""),
            "html_url": self.url("html", look) if is_html else "",
            "sender": body["sender"],
            "files": one.listed_files(),
        }

    def html_view(self, request: HttpRequest, look: str) -> HttpResponse:
        """The HTML of a look that content_view has recorded, for its frame."""
        try:
            content_id, user_id = signing.loads(
                unquote(look), salt=_LOOK_SALT, max_age=_LOOK_SECONDS
            )
        except signing.BadSignature:
            raise Http404 from None
        # content_view looked whose it is; places and roles may have ended since.
        found = Content.across_tenants().filter(id=content_id).first()
        mine = self.rows_of(self.workplace(request)).filter(contents=content_id)
        is_theirs = user_id == str(request.user.pk) and may_see_content(request)
        if found is None or not is_theirs or not mine.exists():
            raise Http404
        return framed_html(handover.framed(found.body))

    # --- Columns ---

    @display(description=gettext_lazy("accepted"), ordering="created_at")
    def accepted(self, obj: Notification) -> str:
        return in_both_zones(obj.created_at, obj.tenant.time_zone)

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={status: telling.KINDS[status] for status in telling.OVERALL_WORDS},
    )
    def status_badge(self, obj: Notification) -> tuple[str, str]:
        return obj.status, str(telling.OVERALL_WORDS.get(obj.status, obj.status))

    @display(description=gettext_lazy("channels"))
    def shown_channels(self, obj: Notification) -> str:
        """With a mark, so that nobody looks for a mail that a test key asked for."""
        told = ", ".join(str(channel(code).label) for code in obj.channels)
        if not (telling.is_test(obj) or telling.is_tryout(obj)):
            return told
        mark = '{} <span class="notify-badge notify-info">{}</span>'
        return format_html(mark, told, _("Test"))

    @display(description=gettext_lazy("event type"))
    def shown_event_type(self, obj: Notification) -> str:
        return obj.event_type

    @display(description=gettext_lazy("correlation id"))
    def reference(self, obj: Notification) -> str:
        return obj.correlation_id

    @display(description=gettext_lazy("tags"))
    def shown_tags(self, obj: Notification) -> str:
        return ", ".join(one.tag for one in obj.tags.all())


def may_see_content(request: HttpRequest) -> bool:
    """A right of its own in tenants/roles.py: messages hold codes, names, decisions."""
    return workplace_of(request).may_do("delivery", "content", "view")
