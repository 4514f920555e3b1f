"""Acts that ask why first: a page with a form, then the act, and why in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from notify_project.errors import NotifyError
from tenants import auditing
from tenants.admin import telling
from tenants.admin.audited import user_of
from tenants.admin.pages import PagesAdmin
from tenants.models import Tenant

_REASON_LENGTH = 300

Act = Callable[[dict[str, Any]], HttpResponse]


class ReasonForm(forms.Form):
    """Why; the audit keeps it."""

    reason = forms.CharField(
        label=gettext_lazy("Why? It stands in the audit, so name nobody."),
        max_length=_REASON_LENGTH,
        error_messages={"required": gettext_lazy("Say why: it stands in the audit.")},
        widget=forms.Textarea(attrs={"class": "notify-area", "rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """What the page says before an act; without a button there is nothing to do.

    `about` is the row; `heading` is its id unless it says more.
    """

    title: str
    text: str
    button: str
    about: Any = None
    heading: str = ""
    danger: bool = False


def given(request: HttpRequest) -> Any:
    """What was typed; None for the first press of a button, which brings no field."""
    return request.POST if "reason" in request.POST else None


def ask(
    page: PagesAdmin,
    request: HttpRequest,
    question: Question,
    form: forms.Form,
    act: Act,
) -> HttpResponse:
    """Show the form until it is whole, then act; a refusal is told above it."""
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            return act(form.cleaned_data)
        except NotifyError as refusal:
            problem = " ".join(telling.sentences(refusal))
    about = question.about
    context = {
        "title": question.title,
        "object": about,
        "question": question,
        "problem": problem,
        "form": form,
        "back_url": page.url("change", about.pk) if about else page.url("changelist"),
    }
    return page.page(request, "admin/notify/act.html", context)


def record(
    request: HttpRequest,
    action: str,
    obj: Any,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    """Who did it, to a row or to a whole tenant, and why: `after` holds the reason."""
    auditing.record(
        user_of(request),
        action,
        obj,
        tenant=obj if isinstance(obj, Tenant) else obj.tenant,
        before=before or {},
        after=after,
    )
