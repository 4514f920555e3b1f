"""Callbacks: what endpoints were told, every attempt, and one sent again."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from callbacks import expunging, kinds, repeating, searching
from callbacks.admin import trouble, words
from callbacks.models import Callback, CallbackAttempt, Endpoint
from notify_project.queue.writing import writing
from tenants.admin.asking import Question, ReasonForm, ask, given, record
from tenants.admin.audited import user_of
from tenants.admin.base import ReadOnlyAdmin
from tenants.admin.paging import InfinitePaginator
from tenants.admin.steps import step
from tenants.admin.times import in_both_zones
from tenants.workplace import workplace_of

_ATTEMPTS = 50
_ENDPOINTS = 100


class StateFilter(admin.SimpleListFilter):
    """One state; what is under way waits."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return list(words.STATES.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = self.value()
        if wanted == words.WAITING:
            return queryset.filter(finished_at=None)
        return queryset.filter(state=wanted) if wanted else queryset


class TypeFilter(admin.SimpleListFilter):
    """Events of one type."""

    title = gettext_lazy("event")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(one, one) for one in (*kinds.TYPES, kinds.EXAMPLE)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(type=self.value()) if self.value() else queryset


class EndpointFilter(admin.SimpleListFilter):
    """What one endpoint of the tenant was told."""

    title = gettext_lazy("endpoint")
    parameter_name = "endpoint"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        tenant = workplace_of(request).tenant
        if tenant is None:
            return []
        # Registered ones come before those that requests named.
        rows = Endpoint.kept_by(tenant).order_by("-origin", "-created_at")[:_ENDPOINTS]
        return [(str(one.pk), str(one)) for one in rows]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        # What is no id is told as a filter that makes no sense.
        return queryset.filter(endpoint=UUID(str(self.value())))


@admin.register(Callback)
class CallbacksAdmin(ReadOnlyAdmin):
    """Looked at, and sent again; what was told is for the receiver alone."""

    list_display = (
        *("happened", "type", "shown_endpoint", "state_badge"),
        *("tries", "shown_answer"),
    )
    list_filter = (StateFilter, TypeFilter, EndpointFilter, "created_at")
    search_fields = ("id",)
    search_help_text = gettext_lazy(
        "Id of the notification or of the event, or a type: complete"
    )
    sortable_by = ()
    ordering = ("-created_at", "-id")
    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 30
    list_select_related = ("endpoint",)
    steps = ("resend", "expunge")
    change_form_template = "admin/notify/callback.html"
    empty_title = gettext_lazy("No callbacks")
    empty_text = gettext_lazy(
        "What your programs were told stands here, with every attempt. They are told "
        "once they have an endpoint: add one under Endpoints."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("body", "headers")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return searching.by_text(queryset, search_term), False

    def list_note(self, request: HttpRequest) -> str:
        """That an endpoint is in trouble; nobody hears of that by itself."""
        tenant = self.workplace(request).tenant
        return trouble.told(tenant) if tenant else super().list_note(request)

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """What was told stays sealed."""
        return {"state": obj.state}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ()

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
            context.update(self._told(obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _told(self, obj: Callback) -> dict[str, Any]:
        tried = CallbackAttempt.for_tenant(obj.tenant_id).filter(callback=obj)
        state = words.state(obj)
        place = f"{self.admin_site.name}:callbacks_endpoint_change"
        return {
            "title": _("Callback"),
            "zone": ZoneInfo(obj.tenant.time_zone),
            "state": (words.STATES[state], words.KINDS[state]),
            "waits": state == words.WAITING,
            "event": words.event(obj.type),
            "endpoint": obj.endpoint,
            "endpoint_name": str(obj.endpoint),
            "endpoint_url": reverse(place, args=[obj.endpoint_id]),
            "attempts": [
                (one, words.answer(one.http_status, one.error))
                for one in tried.order_by("-started_at", "-id")[:_ATTEMPTS]
            ],
            "problem": "" if obj.http_status else words.answer(None, obj.error),
        }

    @step(
        gettext_lazy("Send again"),
        permission="resend",
        icon="replay",
        when=lambda row: row.endpoint.active and not row.content_deleted_at,
    )
    def resend(self, request: HttpRequest, obj: Callback) -> HttpResponse:
        """Once, now; a receiver that has it already can tell by its id."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            by = user_of(request)
            with writing():
                repeating.resend(obj, asked_by=by.email if by else "")
                record(request, "sent again", obj, {"reason": typed["reason"]})
            messages.success(request, _("It is on its way once more."))
            return HttpResponseRedirect(self.url("change", obj.pk))

        text = _(
            "It is sent once more, under the same id: a receiver that has it already "
            "can tell."
        )
        title = _("Send again")
        question = Question(title, text, title, obj)
        return ask(self, request, question, ReasonForm(given(request)), act)

    def has_resend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same to the same: whoever may see it may repeat it."""
        return self._may(request, "resending", obj)

    @step(
        gettext_lazy("Delete content"),
        permission="expunge",
        icon="delete_sweep",
        danger=True,
        when=lambda row: not row.content_deleted_at,
    )
    def expunge(self, request: HttpRequest, obj: Callback) -> HttpResponse:
        """What was told, and answered; the rest of the page stays."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            with writing():
                expunging.expunge(obj)
                record(request, "content deleted", obj, {"reason": typed["reason"]})
            messages.success(request, _("Its content is deleted."))
            return HttpResponseRedirect(self.url("change", obj.pk))

        text = _(
            "What was told and what was answered is deleted; when, and with what "
            "result, stays. One that still waits is not told any more. This cannot be "
            "taken back."
        )
        title = _("Delete content")
        question = Question(title, text, title, obj, danger=True)
        return ask(self, request, question, ReasonForm(given(request)), act)

    def has_expunge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It cannot be taken back: administrators alone."""
        return self._may(request, "expunging", obj)

    def _may(self, request: HttpRequest, right: str, obj: Any) -> bool:
        place = self.workplace(request)
        return place.may_do("callbacks", right, "change") and (
            self.has_view_permission(request, obj)
        )

    # --- Columns ---

    @display(description=gettext_lazy("happened"), ordering="created_at")
    def happened(self, obj: Callback) -> str:
        return in_both_zones(obj.created_at, obj.tenant.time_zone)

    @display(description=gettext_lazy("endpoint"))
    def shown_endpoint(self, obj: Callback) -> str:
        return str(obj.endpoint)

    @display(description=gettext_lazy("state"), label=words.KINDS)
    def state_badge(self, obj: Callback) -> tuple[str, str]:
        state = words.state(obj)
        return state, str(words.STATES[state])

    @display(description=gettext_lazy("last answer"))
    def shown_answer(self, obj: Callback) -> str:
        return words.answer(obj.http_status, obj.error) or "-"
