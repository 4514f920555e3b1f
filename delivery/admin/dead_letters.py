"""Dead letters: what was given up, by why and where, replayed in bulk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as told
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import reasons, replaying
from delivery.admin.act_forms import DeadForm
from delivery.admin.acting import REPLAYING, Acting
from notify_project.queue.writing import writing
from providers.channels.base import channel
from tenants.admin.asking import Question, ask, given, record

_NO_DEAD = gettext_lazy("Nothing was given up whose content is still kept.")


class DeadLetters(Acting):
    """The page of all that a tenant's messages were given up for."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.dead_view)
        own = path("dead/", view, name="delivery_notification_dead")
        return [own, *super().get_urls()]

    def dead_view(self, request: HttpRequest) -> HttpResponse:
        """All that a tenant's messages were given up for; replayed in bulk."""
        tenant = self.workplace(request).tenant
        if not self.has_replay_permission(request):
            raise PermissionDenied
        found = {one.name: one for one in replaying.kinds(tenant)} if tenant else {}
        form = DeadForm(given(request))
        choices = [(name, _told_kind(one)) for name, one in found.items()]
        form.fields["kinds"].choices = choices  # type: ignore[attr-defined]

        def act(typed: dict[str, Any]) -> HttpResponse:
            assert tenant is not None  # without one there are no kinds to tick
            wanted = [found[name] for name in typed["kinds"]]
            what = [_told_kind(one) for one in wanted]
            # Nothing goes out of which the audit does not say who wanted it.
            with writing():
                count = replaying.replay(replaying.dead(tenant, of=wanted))
                after = {"reason": typed["reason"], "messages": count, "what": what}
                record(request, "replayed", tenant, after)
            told.success(request, _("%(count)d queued again.") % {"count": count})
            return HttpResponseRedirect(request.path)

        text = str(REPLAYING) if found else str(_NO_DEAD)
        if tenant is None:
            text = _("Choose a tenant at the left.")
        button = _("Replay") if found else ""
        question = Question(_("Dead letters"), text, button)
        return ask(self, request, question, form, act)


def _told_kind(one: replaying.Kind) -> str:
    why = reasons.answer(one.code, "").text or one.code or _("without a reason")
    place = f"{channel(one.channel).label}"
    if one.provider:
        place += f", {reasons.provider(one.provider)}"
    since = timezone.localtime(one.oldest).strftime("%Y-%m-%d %H:%M")
    return _("%(count)d messages (%(place)s), the oldest of %(since)s: %(why)s") % {
        "count": one.count,
        "place": place,
        "since": since,
        "why": why,
    }
