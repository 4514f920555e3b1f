"""What can be done about a notification: again, later, not at all, once more what was
given up.

Each asks for a reason, which stands in the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import changing, replaying, resending, telling
from delivery.admin.act_forms import RescheduleForm, ResendForm
from delivery.models import Message, Notification
from delivery.states import OPEN_OVERALL, Overall
from notify_project.db.ids import read_id
from notify_project.queue.writing import writing
from providers.channels.base import channel
from tenants.admin.asking import Question, ReasonForm, ask, given, record
from tenants.admin.base import ReadOnlyAdmin
from tenants.admin.steps import step

_EVERYTHING = "all"


class Acting(ReadOnlyAdmin):
    """The buttons of a notification's page."""

    # --- Send again ---

    @step(
        gettext_lazy("Send again"),
        permission="resend",
        icon="forward_to_inbox",
        when=lambda row: not row.content_deleted_at and not row.is_ours,
    )
    def resend(self, request: HttpRequest, obj: Notification) -> HttpResponse:
        """A new notification with the same words, linked with this one."""
        only = request.POST.get("only", "")
        some = _messages(obj, only)
        form = ResendForm(given(request), initial={"only": only})
        form.fields["message"].choices = _choices(some)  # type: ignore[attr-defined]
        if not self._may_choose_address(request):
            del form.fields["address"]

        def act(typed: dict[str, Any]) -> HttpResponse:
            chosen = [
                one for one in some if typed["message"] in (_EVERYTHING, str(one.id))
            ]
            address = typed.get("address", "").strip()
            # Nothing goes out of which the audit does not say who wanted it.
            with writing():
                made = resending.resend(obj, chosen, address=address)
                after = {"reason": typed["reason"], "sent again as": str(made.id)}
                if address:
                    after["address"] = "another"
                record(request, "resent", obj, after)
            told.success(request, _("Queued. This is the new notification."))
            return HttpResponseRedirect(self.url("change", made.pk))

        text = _(
            "The same words go out once more, as a notification of their own. "
            "Whoever has it already then has it twice."
        )
        question = Question(_("Send again"), text, _("Send again"), obj)
        return ask(self, request, question, form, act)

    def has_resend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "resending", obj)

    def _may_choose_address(self, request: HttpRequest) -> bool:
        """Whoever may send it to themselves can read it."""
        return self.workplace(request).may_do("delivery", "content", "view")

    # --- Another time ---

    @step(
        gettext_lazy("Reschedule"),
        permission="reschedule",
        icon="schedule",
        when=lambda row: row.status in (Overall.SCHEDULED, Overall.QUEUED),
    )
    def reschedule(self, request: HttpRequest, obj: Notification) -> HttpResponse:
        """Another time for what was given to nobody yet."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            before = {"scheduled_for": _iso(obj)}
            with writing():
                counts = changing.reschedule(obj, typed["at"], now=timezone.now())
                obj.refresh_from_db()
                after = {"scheduled_for": _iso(obj), "reason": typed["reason"]}
                record(request, "rescheduled", obj, after, before)
            words = _("%(changed)d rescheduled; %(left)d had left or ended.")
            told.success(request, words % _counted(counts))
            return HttpResponseRedirect(self.url("change", obj.pk))

        form = RescheduleForm(given(request), initial={"at": obj.scheduled_for})
        text = _("Messages that no provider was given yet wait until then.")
        question = Question(_("Reschedule"), text, _("Reschedule"), obj)
        return ask(self, request, question, form, act)

    def has_reschedule_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "cancelling", obj)

    # --- Not at all ---

    @step(
        gettext_lazy("Cancel"),
        permission="cancel",
        icon="cancel",
        danger=True,
        when=lambda row: row.status in OPEN_OVERALL,
    )
    def cancel(self, request: HttpRequest, obj: Notification) -> HttpResponse:
        """Stop what no provider was given."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            before = {"status": obj.status}
            counts = changing.cancel(obj)
            obj.refresh_from_db()
            after = {"status": obj.status, "reason": typed["reason"]}
            record(request, "cancelled", obj, after, before)
            words = _("%(changed)d cancelled; %(left)d had left or ended.")
            told.success(request, words % _counted(counts))
            return HttpResponseRedirect(self.url("change", obj.pk))

        text = _("Every message that has not left yet is stopped, and stays unsent.")
        title = _("Cancel what has not left")
        question = Question(title, text, title, obj, danger=True)
        return ask(self, request, question, ReasonForm(given(request)), act)

    def has_cancel_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change a template may also stop what was sent with it."""
        return self._may(request, "cancelling", obj)

    # --- Dead letters ---

    @step(
        gettext_lazy("Replay"),
        permission="replay",
        icon="replay",
        when=lambda row: (
            Message.for_tenant(row.tenant_id)
            .filter(notification=row, state="dead")
            .exists()
        ),
    )
    def replay(self, request: HttpRequest, obj: Notification) -> HttpResponse:
        """What was given up of this notification."""

        def act(typed: dict[str, Any]) -> HttpResponse:
            mine = replaying.dead(obj.tenant).filter(notification=obj)
            with writing():
                count = replaying.replay(mine)
                after = {"reason": typed["reason"], "messages": count}
                record(request, "replayed", obj, after)
            told.success(request, _("%(count)d queued again.") % {"count": count})
            return HttpResponseRedirect(self.url("change", obj.pk))

        title = _("Replay what was given up")
        question = Question(title, str(REPLAYING), title, obj)
        return ask(self, request, question, ReasonForm(given(request)), act)

    def has_replay_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "replaying", obj)

    def _may(self, request: HttpRequest, right: str, obj: Any) -> bool:
        place = self.workplace(request)
        return place.may_do("delivery", right, "change") and (
            self.has_view_permission(request, obj)
        )


REPLAYING = gettext_lazy(
    "They are queued afresh, with all their tries. First mend what made them fail; "
    "what may have arrived the first time may arrive twice."
)


def links(page: Acting, obj: Notification) -> dict[str, Any]:
    """Of which it is a repeat, and its own repeats: for its page; one query."""
    again = Notification.for_tenant(obj.tenant_id).filter(resent_of=obj.id)
    return {
        "resent_of": page.url("change", obj.resent_of) if obj.resent_of else "",
        "resent_as": [
            (one.created_at, page.url("change", one.id))
            for one in again.only("id", "created_at").order_by("created_at")[:20]
        ],
    }


def _messages(obj: Notification, only: str) -> list[Message]:
    """The one, or one more than can be sent again at once, so that it shows."""
    mine = Message.for_tenant(obj.tenant_id).filter(notification=obj).order_by("id")
    if wanted := read_id(only):
        mine = mine.filter(id=wanted)
    whole = mine.select_related("content").prefetch_related("recipients")
    return list(whole[: resending.MOST_MESSAGES + 1])


def _choices(some: Sequence[Message]) -> list[tuple[str, str]]:
    each = [(str(one.id), _told_message(one)) for one in some]
    if not 1 < len(some) <= resending.MOST_MESSAGES:
        return each
    return [(_EVERYTHING, _("All of it")), *each]


def _told_message(one: Message) -> str:
    to = ", ".join(str(each.address) for each in one.recipients.all()[:3])
    state = telling.STATE_WORDS.get(one.state, one.state)
    words = {"channel": channel(one.channel).label, "to": to, "state": state}
    return _("%(channel)s: %(to)s (%(state)s)") % words


def _iso(obj: Notification) -> str:
    return obj.scheduled_for.isoformat() if obj.scheduled_for else ""


def _counted(counts: changing.Counts) -> dict[str, int]:
    return {"changed": counts.changed, "left": counts.left}
