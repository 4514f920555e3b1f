"""Sentences above the list of notifications: where else to look."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from delivery import replaying
from tenants.models import RefusedCall
from tenants.workplace import Workplace


def note(request: HttpRequest, place: Workplace) -> str:
    """A refused call with what is searched for, else dead letters; one query each."""
    if place.tenant is None:
        return ""
    wanted = request.GET.get("q", "").strip()[:100]
    refused = RefusedCall.for_tenant(place.tenant).filter(correlation_id=wanted)
    if wanted and refused.exists():
        listed = reverse("admin:tenants_refusedcall_changelist")
        return _linked(
            f"{listed}?{urlencode({'q': wanted})}",
            _("A call with this correlation id was refused. See why."),
        )
    may_replay = place.may_do("delivery", "replaying", "change")
    if not wanted and may_replay and replaying.dead(place.tenant).exists():
        return _linked(
            reverse("admin:delivery_notification_dead"),
            _("Some messages were given up. See why, and replay them."),
        )
    return ""


def _linked(url: str, words: str) -> str:
    return format_html('<a href="{}">{}</a>', url, words)
