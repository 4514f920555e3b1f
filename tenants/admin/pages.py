"""How pages of the admin are put together: buttons, empty states, refusals in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from notify_project.api.pages import NotUnderstood
from notify_project.errors import NotifyError
from notify_project.queue.writing import writing
from tenants.admin import telling
from tenants.admin.steps import Step, Words
from tenants.workplace import workplace_of

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.admin import ModelAdmin as _ModelAdmin

    ModelAdmin = _ModelAdmin[Any]
else:
    from unfold.admin import ModelAdmin

log = structlog.get_logger(__name__)


class PagesAdmin(ModelAdmin):
    """A list that says what to do when it is empty, a form with buttons above it.

    `steps` names methods marked by `step`; `empty_title` and `empty_text` are shown in
    a list without rows. `draft_note` is told when what was saved is a draft.
    """

    steps: tuple[str, ...] = ()
    draft_note: Words = ""
    empty_title: Words = ""
    empty_text: Words = ""
    # Counting rows for each choice of a filter would cost more than the list.
    show_facets = ShowFacets.NEVER
    change_form_template = "admin/notify/change_form.html"
    change_list_template = "admin/notify/change_list.html"
    delete_confirmation_template = "admin/notify/delete_confirmation.html"

    def list_note(self, request: HttpRequest) -> str:
        """A sentence above the list; empty says nothing."""
        return ""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Filters that make no sense are dropped with a sentence."""
        context = {"list_note": self.list_note(request), **(extra_context or {})}
        try:
            return super().changelist_view(request, context)
        except NotUnderstood as refusal:
            messages.warning(request, str(refusal))
            return HttpResponseRedirect(request.path)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list with its rows read; raises NotUnderstood where that cannot be.

        Django looks at some values only when it asks the database for the rows.
        """
        try:
            made = super().get_changelist_instance(request)
            len(made.result_list)
        except (IncorrectLookupParameters, DataError, OverflowError, ValueError) as why:
            if not request.GET:
                raise  # no filter of the person's: it is our own fault
            log.info("filter_not_understood", exc_info=why)
            raise NotUnderstood(
                _("The list could not be narrowed like that. All rows are shown.")
            ) from None
        return made

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """An address fills in no form: whoever sends a link does not write in it."""
        return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Take turns with the other writers before Django opens its transaction."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with writing():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def is_draft(self, obj: Any) -> bool:
        """Whether what was saved has yet to be published."""
        return False

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        self._tell_draft(request, obj)
        return answer

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        answer = super().response_change(request, obj)
        self._tell_draft(request, obj)
        return answer

    def _tell_draft(self, request: HttpRequest, obj: Any) -> None:
        if self.draft_note and self.is_draft(obj):
            messages.info(request, str(self.draft_note))

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """What the step refuses is said on the row's own page."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        try:
            with writing():
                return super().delete_view(request, object_id, extra_context)
        except NotifyError as refusal:
            telling.tell(request, refusal)
            return HttpResponseRedirect(self.url("change", unquote(object_id)))

    def url(self, name: str, *args: object) -> str:
        """The address of one of this admin's pages: "change", "changelist", ..."""
        names = self.opts
        return reverse(
            f"{self.admin_site.name}:{names.app_label}_{names.model_name}_{name}",
            args=[quote(str(one)) for one in args],
        )

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        """A page of our own in the frame of the admin, kept by no cache."""
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": context.get("object"),
            **context,
        }
        request.current_app = self.admin_site.name
        answer = TemplateResponse(request, template, whole)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    # --- Buttons ---

    def get_urls(self) -> list[URLPattern]:
        names = self.opts
        own = [
            path(
                "<path:object_id>/do/<slug:name>/",
                self.admin_site.admin_view(self.step_view),
                name=f"{names.app_label}_{names.model_name}_do",
            )
        ]
        return [*own, *super().get_urls()]

    def steps_for(self, request: HttpRequest, obj: Any) -> list[Step]:
        """The buttons that this person sees at this row."""
        return [one for one in self._allowed(request, obj) if one.when(obj)]

    def _allowed(self, request: HttpRequest, obj: Any) -> list[Step]:
        """The steps that this person may ever do to this row."""
        is_operator = workplace_of(request).is_operator
        offered: list[Step] = [getattr(self, name).step for name in self.steps]
        return [
            one
            for one in offered
            if (is_operator or not one.operators)
            and getattr(self, f"has_{one.permission}_permission")(request, obj)
        ]

    def step_view(
        self, request: HttpRequest, object_id: str, name: str
    ) -> HttpResponseBase:
        """Press a button: call the step, tell its sentence, go back to the row.

        Whoever comes by the address alone, as after a log-in, is led to the row, and
        who presses it when it makes no more sense, since the page was open for a while.
        """
        obj: Any = self.get_object(request, unquote(object_id))
        if request.method != "POST":
            return HttpResponseRedirect(self.url("change", obj.pk))
        name = unquote(name)  # `url` quotes every part, and "_" is its mark
        pressed = {one.name: one for one in self._allowed(request, obj)}.get(name)
        if pressed is None:
            raise PermissionDenied
        if not pressed.when(obj):
            words = _("Nothing was done: it is too late. Here is how it stands now.")
            messages.warning(request, words)
            return HttpResponseRedirect(self.url("change", obj.pk))
        try:
            answer = getattr(self, name)(request, obj)
        except NotifyError as refusal:
            telling.tell(request, refusal)
        else:
            if isinstance(answer, HttpResponseBase):
                return answer
            if answer:
                messages.success(request, answer)
        return HttpResponseRedirect(self.url("change", obj.pk))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        # Many forms ask first what is to be added, so "another" would lead nowhere.
        context["show_save_and_add_another"] = False
        if obj is not None:
            context["steps"] = [
                (
                    replace(one, ask=one.question(obj)),
                    self.url("do", obj.pk, one.name),
                )
                for one in self.steps_for(request, obj)
            ]
        return super().render_change_form(request, context, add, change, form_url, obj)
