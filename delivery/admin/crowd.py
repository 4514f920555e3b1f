"""Which messages the page of a notification shows: the first, or one person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from delivery import searching
from delivery.models import Message, Notification

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Some:
    """`is_large`: there are more than are shown; `person` is whom one looked for."""

    messages: Sequence[Message]
    is_large: bool = False
    person: str = ""


def some_messages(request: HttpRequest, notification: Notification) -> Some:
    """With their recipients; of a crowd those to whoever the list was searched for, or
    is now: `?person=`."""
    mine = Message.for_tenant(notification.tenant_id).filter(notification=notification)
    first = list(mine.order_by("id").prefetch_related("recipients")[: SHOWN + 1])
    if len(first) <= SHOWN:
        return Some(first)
    asked = request.GET.get("person", "").strip()
    listed = QueryDict(request.GET.get("_changelist_filters", "")).get("q", "")
    person = asked or listed
    found = searching.messages_to(notification, person) if person else mine.none()
    theirs = list(found.order_by("id").prefetch_related("recipients")[:SHOWN])
    if theirs or asked:
        return Some(theirs, is_large=True, person=person)
    return Some(first[:SHOWN], is_large=True)
