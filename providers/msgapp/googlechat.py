"""Google Chat webhooks. https://developers.google.com/workspace/chat/quickstart/webhooks

Google Chat reads a text as its own markup, in which <users/all> calls everybody; such
marks are parted. A plain text goes as a card, which shows it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape as html_escape
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import (
    Verdict,
    asking,
    json_bytes,
    json_object,
    post_json,
    refusal,
)
from providers.base import Accepted, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown
from providers.markup import UNSEEN, starred

MESSAGE_BYTES = 32_000

_HOOK = re.compile(r"https?://[^/?#]+/v1/spaces/[^/?#]+/messages\?[^#]+")
_ORDERS = re.compile(r"<(?=users/|https?:|mailto:)")

_KEY = Verdict(
    Misconfigured,
    _lazy("Google refused the key in the webhook's URL. Copy the URL again."),
)
_DEAD = Verdict(
    Misconfigured,
    _lazy(
        "Google Chat does not know this webhook, or it may not post to its space. Give "
        "the URL of a new one."
    ),
)
_MESSAGE = Verdict(Permanent, _lazy("Google Chat refused the message itself."))

# "status" of an error; https://cloud.google.com/apis/design/errors
_VERDICTS: Mapping[str, Verdict] = {
    "FAILED_PRECONDITION": _DEAD,
    "INVALID_ARGUMENT": _MESSAGE,
    "NOT_FOUND": _DEAD,
    "PERMISSION_DENIED": _DEAD,
    "UNAUTHENTICATED": _KEY,
}
_BAD_KEY = "API_KEY_INVALID"  # a reason, under INVALID_ARGUMENT


def _check_hook(value: SecretStr) -> str | None:
    if _HOOK.fullmatch(value.reveal()):
        return None
    return _("The URL must have /v1/spaces/ and a key in it: copy it from the space.")


@dataclass(frozen=True)
class GoogleChatConfig(ProviderConfig):
    """The URL alone: it names the space, and its key and token are the credential."""

    url: SecretStr = option(
        _lazy("Webhook URL"),
        help=_lazy(
            "Begins with https://chat.googleapis.com/v1/spaces/. Keep it secret."
        ),
        url=True,
        check=_check_hook,
    )


class GoogleChat(Provider[ChatPayload]):
    """Posts one message per call; `provider_ref` is the message's name."""

    label = "Google Chat"
    docs_url = "https://developers.google.com/workspace/chat/quickstart/webhooks"
    config_class = GoogleChatConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        body = json_bytes(message(payload))
        if len(body) > MESSAGE_BYTES:
            raise Permanent(
                _("The message is too long for Google Chat, which takes 32 KB."),
                code="message_too_long",
            )
        response = self._post(body)
        if response.status != 200:
            raise _error(response)
        name = json_object(response.body).get("name")
        if not isinstance(name, str) or not name:
            raise Unknown(_("This URL does not answer as Google Chat does."))
        return Accepted(provider_ref=name[:200], detail="HTTP 200")

    def check(self) -> str:
        """Post nothing: a live webhook refuses that as an argument."""
        with asking():
            response = self._post(b"{}")
            if response.status < 300:
                raise Misconfigured(_("This URL does not answer as Google Chat does."))
            if response.status != 400 or _verdict(response) is not _MESSAGE:
                raise _error(response)
        return _("Google Chat knows this webhook. Nothing was posted.")

    def _post(self, body: bytes) -> egress.Response:
        return post_json(
            self.config.url.reveal(), body, total_seconds=self.call_seconds
        )


def _told(response: egress.Response) -> dict[str, Any]:
    told = json_object(response.body).get("error")
    return told if isinstance(told, dict) else {}


def _verdict(response: egress.Response) -> Verdict | None:
    if response.status >= 500 or response.status == 429:
        return None
    if _BAD_KEY.encode() in response.body:
        return _KEY
    return _VERDICTS.get(str(_told(response).get("status")))


def _error(response: egress.Response) -> ProviderError:
    verdict = _verdict(response)
    code = str(_told(response).get("status")) if verdict else ""
    return refusal(response, verdict=verdict, code=code)


def message(payload: ChatPayload) -> dict[str, object]:
    """Markdown as a text in Google's notation, a plain text as a card."""
    if payload.body_type == "markdown":
        text = starred(payload.text, escape=_parted)
        title = _parted(payload.title).replace("*", "")
        return {"text": f"*{title}*\n{text}" if title else text}
    card: dict[str, object] = {
        "sections": [{"widgets": [{"textParagraph": {"text": _shown(payload.text)}}]}]
    }
    if payload.title:
        card["header"] = {"title": payload.title}
    return {
        "cardsV2": [{"cardId": payload.reference, "card": card}],
        "fallbackText": _parted(payload.title or payload.text[:200]),
    }


def _parted(text: str) -> str:
    return _ORDERS.sub(f"<{UNSEEN}", text)


def _shown(text: str) -> str:
    """A card's text is a small HTML; what is no markup stays what it is."""
    return html_escape(text, quote=False).replace("\n", "<br>")
