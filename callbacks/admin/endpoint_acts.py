"""What can be done about an endpoint: an example, a recovery, a new secret, and to
delete what it was told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callbacks import endpoints, expunging, repeating
from callbacks.admin.judging import UrlJudging
from callbacks.admin.range_forms import ExpungeForm, RecoverForm
from callbacks.models import Endpoint, Expunging, Recovery
from notify_project.queue.writing import writing
from tenants.admin.asking import Question, ReasonForm, ask, given, record
from tenants.admin.audited import user_of
from tenants.admin.steps import step


class EndpointActs(UrlJudging):
    """The buttons of an endpoint's page."""

    @step(
        gettext_lazy("Send an example"),
        icon="outbox",
        when=lambda row: row.active,
    )
    def example(self, request: HttpRequest, obj: Endpoint) -> HttpResponse:
        """Whatever it hears else; its page says what was answered."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            with writing():
                made = repeating.example(obj)
                after = {"reason": typed["reason"], "callback": str(made)}
                record(request, "example sent", obj, after)
            messages.success(
                request, _("The example is on its way. Here is what becomes of it.")
            )
            place = f"{self.admin_site.name}:callbacks_callback_change"
            return HttpResponseRedirect(reverse(place, args=[made]))

        text = _("An event that says that nothing happened is sent there, signed.")
        title = _("Send an example")
        question = Question(title, text, title, obj, str(obj))
        return ask(self, request, question, ReasonForm(given(request)), act)

    @step(
        gettext_lazy("Send again what failed"),
        icon="replay",
        when=lambda row: row.active,
    )
    def recover(self, request: HttpRequest, obj: Endpoint) -> HttpResponse:
        """All of a range, by workers, step by step."""
        initial = {"since": repeating.oldest_failure(obj)}
        form = RecoverForm(given(request), initial=initial)

        def act(typed: dict[str, Any]) -> HttpResponse:
            by = user_of(request)
            with writing():
                made = repeating.recover(
                    obj,
                    since=typed["since"],
                    until=typed["until"],
                    asked_by=by.email if by else "",
                )
                record(request, "recovery begun", obj, _range(made, typed))
            messages.success(
                request, _("It has begun. This page says how many are sent again.")
            )
            return HttpResponseRedirect(self.url("change", obj.pk))

        text = _(
            "Workers send again what failed within this time, each under its own id: "
            "a receiver that has it already can tell. Each is tried once."
        )
        title = _("Send again what failed")
        question = Question(title, text, title, obj, str(obj))
        return ask(self, request, question, form, act)

    @step(
        gettext_lazy("Delete content"),
        permission="expunge",
        icon="delete_sweep",
        danger=True,
    )
    def expunge(self, request: HttpRequest, obj: Endpoint) -> HttpResponse:
        """What was told within a time, by workers, step by step."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            by = user_of(request)
            with writing():
                made = expunging.begin(
                    obj,
                    since=typed["since"],
                    until=typed["until"],
                    asked_by=by.email if by else "",
                )
                record(request, "deletion of content begun", obj, _range(made, typed))
            messages.success(
                request, _("It has begun. This page says how many are done.")
            )
            return HttpResponseRedirect(self.url("change", obj.pk))

        text = _(
            "Workers delete what was told of events within this time, and what was "
            "answered. When it was told, and with what result, stays. What still waits "
            "is not told any more. This cannot be taken back."
        )
        title = _("Delete content")
        question = Question(title, text, title, obj, str(obj), danger=True)
        return ask(self, request, question, ExpungeForm(given(request)), act)

    def has_expunge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It cannot be taken back: administrators alone."""
        place = self.workplace(request)
        return place.may_do("callbacks", "expunging", "change") and (
            self.has_view_permission(request, obj)
        )

    @step(
        gettext_lazy("New secret"),
        icon="autorenew",
        ask=gettext_lazy(
            "Make a new secret? What we send is signed with the present one as well "
            "for a day."
        ),
    )
    def new_secret(self, request: HttpRequest, obj: Endpoint) -> HttpResponse:
        """Both sign for a day; the new one is shown once."""
        with writing():
            endpoints.rotate(obj)
            self.audit(request, "secret changed", obj)
        return self.shown_once(request, obj)

    def shown_once(self, request: HttpRequest, obj: Endpoint) -> HttpResponse:
        """Its secret, which nobody sees a second time."""
        return self.page(
            request,
            "admin/notify/shown_once.html",
            {
                "title": _("Secret of the endpoint"),
                "object": obj,
                "secret": str(obj.secret),
                "text": _(
                    "Put it where your program keeps its secrets. With it, it checks "
                    "the signature of what we send."
                ),
                "next_url": self.url("change", obj.pk),
            },
        )


def _range(made: Recovery | Expunging, typed: dict[str, Any]) -> dict[str, object]:
    """What the audit says of it, and why."""
    return {
        "since": made.since.isoformat(),
        "until": made.until.isoformat(),
        "reason": typed["reason"],
    }
