"""Event types: what is sent when something has happened; drafts, versions, preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from callbacks.admin.judging import UrlJudging
from events import designing, drafts
from events.admin import callback_fields, event_fields
from events.admin.bundle_pages import BundlePages
from events.admin.event_form import EXPECTED, HANDLING, NAMING, EventTypeForm
from events.admin.event_preview import VERSIONS, PreviewPages
from events.admin.filters import CategoryFilter, SendsOverFilter, StateFilter
from events.admin.live_preview import LivePages
from events.admin.offering import OfferingPages
from events.models import EventDefaults, EventType
from notify_project.errors import NotifyError
from providers.channels.base import channels
from tenants import auditing
from tenants.admin import telling
from tenants.admin.audited import user_of
from tenants.admin.steps import step


def _has_draft(obj: EventType) -> bool:
    return drafts.draft_of(obj) is not None


@admin.register(EventType)
class EventTypesAdmin(LivePages, OfferingPages, PreviewPages, BundlePages, UrlJudging):
    """What is saved is a draft; callers hear what was published."""

    url_field = "callback_url"

    form = EventTypeForm
    list_display = (
        *("name", "display_name", "category", "shown_channels", "shown_version"),
        *("active", "updated_at"),
    )
    list_filter = (StateFilter, SendsOverFilter, CategoryFilter, "active")
    search_fields = ("name", "display_name", "description", "category")
    list_select_related = ("published",)
    change_form_template = "admin/notify/event_type_form.html"
    steps = ("publish", "discard", "switch_off", "switch_on", "copy")
    draft_note = gettext_lazy(
        "It is saved as a draft: calls are not answered by it before you publish it."
    )
    empty_title = gettext_lazy("No event types yet")
    empty_text = gettext_lazy(
        "An event type says what is sent when something has happened: over which "
        "channels, to whom, in which words. Programs then name it and give its params."
    )

    class Media:
        js = ("notify_project/chips.js", "notify_project/event_form.js")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what its list shows of the channels, which is not what they say."""
        few = EventDefaults.across_tenants().only("version", "channel", "on")
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("published__channels", few))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, fields=EventTypeForm.Meta.fields)
        fields: dict[str, Any] = callback_fields.fields()
        for kind in channels():
            fields |= event_fields.fields_of(kind)
        return type(made.__name__, (made,), fields)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            names = tuple(name for name in NAMING if name != "aliases")
            return ((None, {"fields": (*names, "active", "shown_version")}),)
        return (
            (None, {"fields": NAMING}),
            *((kind.label, _tab(event_fields.fields_of(kind))) for kind in channels()),
            (_("Params"), _tab(EXPECTED)),
            (_("Handling"), _tab(HANDLING)),
            (_("Callback"), _tab(callback_fields.NAMES)),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("active", "shown_version") if obj is not None else ()

    def is_draft(self, obj: Any) -> bool:
        return _has_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published is switched off, so that history can be read."""
        gone = obj is None or obj.published_id is None
        return gone and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        designing.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its drafts go with it."""
        return [str(one) for one in objs], {}, set(), []

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """Which versions there are tells what was said."""
        draft = drafts.draft_of(obj)
        return {
            **auditing.snapshot(obj),
            "version": obj.published.number if obj.published else 0,
            "draft": draft.number if draft else 0,
        }

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
            versions = obj.versions.select_related("created_by")[:VERSIONS]
            context["versions"] = [
                (one, self.url("roll_back", obj.pk, one.number)) for one in versions
            ]
            has_draft = drafts.draft_of(obj) is not None
            context["has_draft"] = has_draft and obj.published_id is not None
            context["preview_url"] = self.url("preview", obj.pk)
            context["may_change"] = self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def url_of(self, obj: Any) -> str:
        """Of the draft, or of what is heard."""
        version = drafts.draft_of(obj) or obj.published
        said = version.callback if version else None
        return str((said or {}).get("url", ""))

    # --- Steps ---

    @step(
        gettext_lazy("Publish the draft"),
        ask=gettext_lazy(
            "Calls will be answered by the draft from now on. What was accepted "
            "before, for a later time too, goes out as it was."
        ),
        icon="publish",
        when=_has_draft,
    )
    def publish(self, request: HttpRequest, obj: EventType) -> str:
        version = designing.publish(obj)
        self.audit(request, "changed", obj)
        return _("Version %(number)s is published.") % {"number": version.number}

    @step(
        gettext_lazy("Discard the draft"),
        ask=gettext_lazy("What was changed since the last version is lost."),
        icon="delete",
        danger=True,
        when=lambda obj: obj.published_id is not None and _has_draft(obj),
    )
    def discard(self, request: HttpRequest, obj: EventType) -> str:
        designing.discard_draft(obj)
        self.audit(request, "changed", obj)
        return _("The draft is gone; what is published stays.")

    @step(
        gettext_lazy("Switch off"),
        ask=gettext_lazy("Calls that name it will be refused."),
        icon="pause",
        danger=True,
        when=lambda obj: obj.active,
    )
    def switch_off(self, request: HttpRequest, obj: EventType) -> str:
        designing.switch(obj, active=False)
        self.audit(request, "changed", obj)
        return _("%(name)s is switched off.") % {"name": obj.name}

    @step(gettext_lazy("Switch on"), icon="play_arrow", when=lambda obj: not obj.active)
    def switch_on(self, request: HttpRequest, obj: EventType) -> str:
        designing.switch(obj, active=True)
        self.audit(request, "changed", obj)
        return _("%(name)s is switched on.") % {"name": obj.name}

    @step(gettext_lazy("Copy"), permission="change", icon="content_copy")
    def copy(self, request: HttpRequest, obj: EventType) -> HttpResponse:
        """A draft of its own, whose name is to be changed."""
        made = designing.copy(obj, f"{obj.name[:90]}-copy", author=user_of(request))
        self.audit(request, "created", made)
        return HttpResponseRedirect(self.url("change", made.pk))

    # --- Pages of one row ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "<path:object_id>/roll-back/<int:number>/",
                view(self.roll_back_view),
                name="events_eventtype_roll_back",
            ),
        ]
        return [*own, *super().get_urls()]

    def roll_back_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """An older version is heard again."""
        event: EventType = self.get_object(request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(self.url("change", event.pk))
        if not self.has_change_permission(request, event):
            raise PermissionDenied
        try:
            designing.roll_back(event, number)
        except NotifyError as refusal:
            telling.tell(request, refusal)
        else:
            self.audit(request, "changed", event)
            text = _("Version %(number)s is heard again.") % {"number": number}
            messages.success(request, text)
        return HttpResponseRedirect(self.url("change", event.pk))

    @display(description=gettext_lazy("sends over"))
    def shown_channels(self, obj: EventType) -> str:
        rows = obj.published.channels.all() if obj.published else ()
        codes = {one.channel for one in rows if one.on}
        return ", ".join(str(one.label) for one in channels() if one.code in codes)

    @display(description=gettext_lazy("version"))
    def shown_version(self, obj: EventType) -> str:
        return str(obj.published.number) if obj.published else _("draft")


def _tab(names: Iterable[str]) -> dict[str, Any]:
    """A tab that opens by itself where one of its fields is refused."""
    return {"fields": tuple(names), "classes": ["tab"]}
