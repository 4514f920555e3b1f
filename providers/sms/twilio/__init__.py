"""Twilio Programmable Messaging. https://www.twilio.com/docs/messaging/api

Errors: /docs/api/errors there. It knows no idempotency key and no reference of ours, so
each text goes with an address of its own to call (telling.py).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from notify_project import egress
from providers.answers import asking, exchange
from providers.base import Accepted, Capability, Provider, Receipt, Told
from providers.channels.sms import SmsPayload, sender_problem
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Unknown
from providers.hooks import Hook
from providers.sms.twilio import telling
from providers.sms.twilio.answers import error

API = "https://api.twilio.com"
_LOOKED_AT = 100  # messages to one number, newest first, that `find` looks through
_ANSWER_BYTES = 1_000_000
_CLOCKS_APART = timedelta(minutes=2)
# What the SDK lets through when an answer is not what it expects.
_UNREADABLE = (
    TwilioException,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    RecursionError,
)


@dataclass(frozen=True)
class TwilioConfig(ProviderConfig):
    """An account, one of two kinds of credentials, and whom texts come from."""

    account_sid: str = option(
        _lazy("Account SID"), help=_lazy("Begins with AC."), pattern="AC[0-9a-f]{32}"
    )
    auth_token: SecretStr | None = option(
        _lazy("Auth token"),
        help=_lazy("Signs Twilio's receipts. Not needed with an API key."),
    )
    second_auth_token: SecretStr | None = option(
        _lazy("Second auth token"),
        help=_lazy("While you change the auth token: receipts signed by it pass too."),
    )
    api_key_sid: str = option(
        _lazy("API key SID"),
        help=_lazy("Begins with SK. With its secret, used instead of the token."),
        default="",
        pattern="SK[0-9a-f]{32}",
    )
    api_key_secret: SecretStr | None = option(_lazy("API key secret"))
    sender: str = option(
        _lazy("From"),
        help=_lazy(
            "A number such as +16045550123, a name, a short code, or the SID of a "
            "messaging service (MG...). A message's own sender goes first."
        ),
        check=sender_problem,
    )
    api_base: str = option(
        _lazy("API address"),
        help=_lazy("Another region's, such as https://api.dublin.ie1.twilio.com."),
        default=API,
        url=True,
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Exactly one whole set of credentials is needed."""
        if bool(self.api_key_sid) != bool(self.api_key_secret):
            yield "api_key_secret", _("Give the API key's SID and secret, or neither.")
        elif not (self.auth_token or self.api_key_sid):
            yield "auth_token", _("Give the auth token, or an API key.")

    def credentials(self) -> tuple[str, str]:
        """User name and password, as Twilio has them."""
        if self.api_key_sid and self.api_key_secret:
            return self.api_key_sid, self.api_key_secret.reveal()
        return self.account_sid, self.auth_token.reveal() if self.auth_token else ""


class _RefusedError(Exception):
    """An answer that is no success, on its way out of the SDK with its headers."""

    def __init__(self, response: egress.Response) -> None:
        super().__init__(response.status)
        self.response = response


class _GuardedClient(HttpClient):  # type: ignore[misc] # twilio is untyped
    """The SDK's way out: through egress, once, without a log line."""

    def __init__(self, total_seconds: float) -> None:
        super().__init__(logger=None, is_async=False, timeout=total_seconds)

    def request(  # noqa: PLR0913 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Raises _RefusedError for any status but 2xx, and what `exchange` raises."""
        pair = base64.b64encode(":".join(auth or ()).encode()).decode()
        login = {"authorization": f"Basic {pair}"} if auth else {}
        asked = urlencode({k: v for k, v in (params or {}).items() if v is not None})
        answer = exchange(
            method.upper(),
            f"{uri}?{asked}" if asked else uri,
            headers={**(headers or {}), **login},
            body=urlencode(data).encode() if data else None,
            total_seconds=self.timeout,
            max_bytes=_ANSWER_BYTES,
        )
        if not 200 <= answer.status < 300:
            raise _RefusedError(answer)
        return Response(answer.status, answer.body.decode(), answer.headers)


ResultT = TypeVar("ResultT")


class Twilio(Provider[SmsPayload]):
    """Sends one text per call; numbers, names, short codes and messaging services."""

    label = "Twilio"
    docs_url = "https://www.twilio.com/docs/messaging/api/message-resource"
    config_class = TwilioConfig
    capabilities = frozenset(
        {
            Capability.LOOKUP,
            Capability.ECHO,
            Capability.RECEIPTS,
            Capability.INTERNATIONAL,
        }
    )
    # An answer in TwiML; anything else would be sent as a text to whoever wrote to us.
    hook_answer = ("text/xml", "<Response/>")

    def __init__(self, config: ProviderConfig) -> None:
        super().__init__(config)
        user, password = self.config.credentials()
        self._client = Client(
            user,
            password,
            self.config.account_sid,
            http_client=_GuardedClient(self.call_seconds),
            # Not empty, or the SDK reads TWILIO_REGION and others of the process.
            environment={"TWILIO_REGION": ""},
        )
        self._client.api.base_url = self.config.api_base.rstrip("/")

    def send(self, payload: SmsPayload) -> Accepted:
        """One POST to Messages.json; see providers/errors.py for what it raises."""
        message = self._called(
            lambda: self._client.messages.create(
                to=payload.to,
                body=payload.text,
                **self._sender_of(payload),
                **self._told_at(payload),
            )
        )
        return _accepted(message, payload.message_id)

    def find(self, payload: SmsPayload) -> Accepted | None:
        """The newest message with this text to this number, made since ours was.

        Twilio knows no reference of ours, so an equal text of another message counts
        too: the person has it. Raises Unknown if there are too many to look through,
        Temporary if there is no answer. One GET.
        """
        since = _made_at(payload.message_id) - _CLOCKS_APART
        messages = self._client.messages
        with asking():
            listed = self._called(
                lambda: list(messages.page(to=payload.to, page_size=_LOOKED_AT))
            )
        recent = [m for m in listed if m.date_created and m.date_created >= since]
        for message in recent:
            if message.body == payload.text and "outbound" in str(message.direction):
                return _accepted(message, payload.message_id)
        if len(recent) == _LOOKED_AT:
            raise Unknown(_("There are too many messages to this number to tell."))
        return None

    def check(self) -> str:
        """Ask for the account's numbers: proves credentials and sends nothing."""
        number = self.config.sender if self.config.sender[0] == "+" else None
        numbers = self._client.incoming_phone_numbers
        with asking():
            owned = self._called(
                lambda: list(numbers.page(phone_number=number, page_size=1))
            )
        if number and not owned:
            return _(
                "Twilio knows these credentials, but the account has no number "
                "%(number)s of its own."
            ) % {"number": number}
        return _("Twilio knows these credentials.")

    def verify_hook(self, hook: Hook) -> None:
        """By Twilio's signature; see telling.py."""
        tokens = (self.config.auth_token, self.config.second_auth_token)
        telling.verify(hook, [one.reveal() for one in tokens if one])

    def read_hook(self, hook: Hook) -> Told:
        """What became of one text, or one that came in."""
        return telling.read(hook)

    def _told_at(self, payload: SmsPayload) -> dict[str, str]:
        """Where Twilio reports on this text; nowhere, if it could not reach us."""
        if not self.hook_url:
            return {}
        named = urlencode({telling.MESSAGE: str(payload.message_id)})
        return {"status_callback": f"{self.hook_url}?{named}"}

    def _sender_of(self, payload: SmsPayload) -> dict[str, str]:
        sender = payload.sender or self.config.sender
        service = sender.startswith("MG") and len(sender) == 34
        return {"messaging_service_sid" if service else "from_": sender}

    def _called(self, call: Callable[[], ResultT]) -> ResultT:
        """What the SDK returns; refusals and unreadable answers in our four words."""
        try:
            return call()
        except _RefusedError as refused:
            raise error(refused.response) from None
        except _UNREADABLE:  # 2xx, but no message in it: it may have been sent
            raise Unknown(
                _("Twilio's answer could not be read."), code="unreadable"
            ) from None


def _accepted(message: MessageInstance, message_id: UUID) -> Accepted:
    """Its SID, and a word where Twilio knows more than that it is under way."""
    if not isinstance(message.sid, str) or not message.sid:
        raise Unknown(_("Twilio's answer names no message."), code="unreadable")
    ref, status, code = message.sid, str(message.status), str(message.error_code or "")
    receipts = [
        Receipt(word, ref, message_id, code=code, detail=status)
        for word in (telling.WORDS.get(status),)
        if word
    ]
    return Accepted(provider_ref=ref, detail=status, receipts=tuple(receipts))


def _made_at(message_id: UUID) -> datetime:
    """When our message was made: a UUID of version 7 begins with milliseconds."""
    if message_id.version != 7:
        return datetime.now(UTC) - timedelta(days=1)
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)
