"""Taking away the second factor of somebody who has lost it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants import second_factor
from tenants.admin.asking import Question, ReasonForm, ask, given
from tenants.admin.audited import user_of
from tenants.admin.pages import PagesAdmin
from tenants.admin.steps import step
from tenants.models import Membership, User


def person_of(row: Any) -> User:
    """The person of a row: of a membership, or the person's own."""
    found: User = row.user if isinstance(row, Membership) else row
    return found


class LostFactor(PagesAdmin):
    """A button for pages of people and of members: name it in `steps`."""

    @step(
        gettext_lazy("Take away the second factor"),
        permission="lost_factor",
        icon="no_encryption",
        danger=True,
        when=lambda row: second_factor.is_on(person_of(row)),
    )
    def take_factor_away(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """With a reason; whoever it was is logged out everywhere."""
        person = person_of(obj)

        def act(typed: dict[str, Any]) -> HttpResponse:
            second_factor.take_away(
                person,
                by=user_of(request),
                reason=typed["reason"],
                tenant=obj.tenant if isinstance(obj, Membership) else None,
            )
            words = _("The second factor of %(email)s is taken away.")
            messages.success(request, words % {"email": person.email})
            return HttpResponseRedirect(self.url("change", obj.pk))

        text = _(
            "For somebody who has lost their app and their recovery codes: be sure "
            "that it is they who ask. They are logged out, and their next log-in asks "
            "for the password alone."
        )
        title = _("Take away the second factor")
        question = Question(title, text, title, obj, heading=person.email, danger=True)
        return ask(self, request, question, ReasonForm(given(request)), act)

    def has_lost_factor_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of their own people alone, and nobody from themselves."""
        by = user_of(request)
        if by is None or obj is None or not self.has_change_permission(request, obj):
            return False
        return second_factor.may_take_away(by, person_of(obj))
