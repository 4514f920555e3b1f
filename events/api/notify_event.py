"""POST /notifyevent and its preview: an event type, params, and what differs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _lazy
from rest_framework.request import Request

from events import event_requests
from events.api import examples
from events.api.event_serializers import NotifyEventSerializer
from events.api.notify import SendView, body_of, previews, sends, valid
from events.requests import NotifyRequest


class EventView(SendView):
    """What sending and previewing by an event type share."""

    endpoint = "event"

    def read(self, request: Request) -> NotifyRequest:
        values, wrong = valid(NotifyEventSerializer, body_of(request))
        return event_requests.event(values, wrong)


@sends(
    "Event",
    _lazy("Send what an event type says"),
    NotifyEventSerializer,
    examples.EVENT,
)
class NotifyEvent(EventView):
    """Send what an event type says, with what the request overrides and adds."""


@previews(
    "Event",
    _lazy("Preview what an event type says"),
    NotifyEventSerializer,
    examples.EVENT,
)
class PreviewEvent(EventView):
    """What POST /notifyevent would send."""

    preview_only = True
