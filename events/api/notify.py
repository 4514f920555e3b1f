"""POST /notifysimple and its channels, each with a preview: read, one step, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from events import requests
from events.accepting import accept
from events.api import examples
from events.api.answers import AcceptedSerializer, PreviewSerializer
from events.api.serializers import (
    BARE,
    NotifyChatSerializer,
    NotifyEmailSerializer,
    NotifySimpleSerializer,
    NotifySmsSerializer,
)
from events.errors import WrongChannel
from events.keys import key_of
from events.previewing import preview
from events.requests import CHANNELS, NotifyRequest
from notify_project.api.fields import Partly
from notify_project.api.foreign_errors import validation
from notify_project.api.parsers import SEND_BODY_BYTES
from notify_project.api.queries import known
from notify_project.errors import Invalid
from notify_project.observability.correlation import HEADER as CORRELATION
from notify_project.observability.correlation import (
    current_correlation_id,
    is_correlation_id,
    set_correlation_id,
)
from tenants.api import TenantView
from tenants.api.keyed import HEADER, KEY
from tenants.callers import caller_of
from tenants.permissions import requires

_PREVIEW = OpenApiParameter(
    "preview",
    bool,
    required=False,
    description="true answers 200 with what would be sent, and sends nothing.",
)
_EXPLAIN = OpenApiParameter(
    "explain",
    bool,
    required=False,
    description="true adds decidedBy: which layer each field is from.",
)

_SWITCH = {"true": True, "1": True, "false": False, "0": False}


class SendView(TenantView):
    """Shared by all send endpoints; `channel` names a bare one."""

    body_limit_bytes = SEND_BODY_BYTES
    permission_classes = [requires("send")]
    channel: ClassVar[str] = ""
    endpoint: ClassVar[str] = "simple"
    preview_only: ClassVar[bool] = False

    def post(self, request: Request) -> Response:
        caller = caller_of(request)
        wants_preview = _asks(request, "preview") or self.preview_only
        explain = _asks(request, "explain")
        asked = self._correlated(self.read(request))
        if wants_preview:
            shown = preview(caller, asked, bare=self.channel, explain=explain)
            return Response(shown)
        key = None
        text = request.headers.get(HEADER)
        if text is not None:
            key = key_of(caller, self.channel or self.endpoint, text, body_of(request))
        answer = accept(caller, asked, key=key)
        headers = {"Location": str(answer.body["statusUrl"])}
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(answer.body, status=answer.status, headers=headers)

    def read(self, request: Request) -> NotifyRequest:
        """The request in its one shape."""
        data = body_of(request)
        if self.channel and not _is_wrapped(data, self.channel):
            values, wrong = valid(BARE[self.channel], data)
            return requests.bare(values, self.channel, wrong)
        values, wrong = valid(NotifySimpleSerializer, data)
        return requests.simple(values, wrong)

    def _correlated(self, asked: NotifyRequest) -> NotifyRequest:
        """Its own correlation id becomes the answer's."""
        if asked.correlation_id:
            set_correlation_id(asked.correlation_id)
        given = is_correlation_id(self.request.headers.get(CORRELATION, ""))
        return asked.correlated(current_correlation_id(), made=not given)


def body_of(request: Request) -> Mapping[str, Any]:
    """The body's object."""
    return cast(Mapping[str, Any], request.data)  # the parser gives objects only


def valid(
    serializer: type[Serializer[Any]], data: Mapping[str, Any]
) -> tuple[Mapping[str, Any], list[Invalid]]:
    """The values that are well, and what is wrong with the others."""
    try:
        return _ready(serializer).run_validation(data), []
    except Partly as error:
        return error.values, [validation(error)]


@cache
def _ready(serializer: type[Serializer[Any]]) -> Serializer[Any]:
    """One instance for all requests and threads: checking keeps nothing in it, and
    making one copies all of its fields, which took as long as the rest of reading."""
    return serializer()


def _is_wrapped(data: Mapping[str, Any], channel: str) -> bool:
    """{"email": {...}} on /notifysimple/email; another channel there is a mistake."""
    named = [one for one in CHANNELS if one in data]
    if any(one != channel for one in named):
        raise WrongChannel(
            _("This path is for %(channel)s. Send several channels to /notifysimple.")
            % {"channel": channel},
            field=next(one for one in named if one != channel),
        )
    return bool(named)


def _asks(request: Request, name: str) -> bool:
    """Nobody who mistypes ?preview=true shall have sent something."""
    wanted = known(request, "preview", "explain").get(name, "false").lower()
    if wanted not in _SWITCH:
        raise Invalid(
            _("%(name)s is either true or false.") % {"name": name}, field=name
        )
    return _SWITCH[wanted]


Decorator = Callable[[type[SendView]], type[SendView]]


def sends(
    name: str, what: str | Promise, body: type[Serializer[Any]], shown: list[Any]
) -> Decorator:
    """The description of a path that sends."""
    return extend_schema_view(
        post=extend_schema(
            operation_id=f"send{name}",
            summary=what,
            description=_lazy(
                "202 means stored: it will be sent even if this service stops now. An "
                "equal notification within the tenant's window answers with the "
                "original's id and `duplicate: true`, unless `allowDuplicate` is true."
            ),
            request=body,
            parameters=[KEY, _PREVIEW],
            responses={202: AcceptedSerializer, 200: PreviewSerializer},
            examples=shown,
            tags=["Send"],
        )
    )


def previews(
    name: str, what: str | Promise, body: type[Serializer[Any]], shown: list[Any]
) -> Decorator:
    """The description of a path that previews."""
    return extend_schema_view(
        post=extend_schema(
            operation_id=f"preview{name}",
            summary=what,
            description=_lazy(
                "The recipients and texts that would be sent, and what else was said, "
                "or the problem that sending would answer. Stores and sends nothing."
            ),
            request=body,
            parameters=[_EXPLAIN],
            responses={200: PreviewSerializer},
            examples=shown,
            tags=["Preview"],
        )
    )


@sends(
    "Simple",
    _lazy("Send over one or more channels"),
    NotifySimpleSerializer,
    examples.SIMPLE,
)
class NotifySimple(SendView):
    """Send over one or more channels, everything said in the call."""


@sends("Email", _lazy("Send an e-mail"), NotifyEmailSerializer, examples.EMAIL)
class NotifyEmail(SendView):
    """Send one e-mail."""

    channel = "email"


@sends("Sms", _lazy("Send text messages"), NotifySmsSerializer, examples.SMS)
class NotifySms(SendView):
    """Send a text message to each recipient."""

    channel = "sms"


@sends("Chat", _lazy("Send chat messages"), NotifyChatSerializer, examples.CHAT)
class NotifyChat(SendView):
    """Send a chat message to each destination."""

    channel = "msgApp"


@previews(
    "Simple",
    _lazy("Preview one or more channels"),
    NotifySimpleSerializer,
    examples.SIMPLE,
)
class PreviewSimple(SendView):
    """What POST /notifysimple would send."""

    preview_only = True


@previews("Email", _lazy("Preview an e-mail"), NotifyEmailSerializer, examples.EMAIL)
class PreviewEmail(SendView):
    """What POST /notifysimple/email would send."""

    preview_only = True
    channel = "email"


@previews("Sms", _lazy("Preview text messages"), NotifySmsSerializer, examples.SMS)
class PreviewSms(SendView):
    """What POST /notifysimple/sms would send."""

    preview_only = True
    channel = "sms"


@previews("Chat", _lazy("Preview chat messages"), NotifyChatSerializer, examples.CHAT)
class PreviewChat(SendView):
    """What POST /notifysimple/msgApp would send."""

    preview_only = True
    channel = "msgApp"
