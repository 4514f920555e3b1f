"""Rocket.Chat incoming integrations. https://docs.rocket.chat/docs/integrations

The whole message is an attachment: Rocket.Chat looks for @all, @here and names in a
message's own text only, so nothing that a parameter brings along can call anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import (
    Verdict,
    asking,
    exchange,
    json_object,
    post_json,
    refusal,
)
from providers.base import Accepted, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown

# /hooks/<integration>/<token>, in older servers with a user between; a server may
# live under a path of its own.
_HOOK = re.compile(r"(https?://[^/?#]+(?:/[^?#]*)?/hooks)((?:/[^/?#]+){2,3})")

_DEAD = Verdict(
    Misconfigured,
    _lazy("Rocket.Chat does not know this integration. Give the URL of a new one."),
)
_ROOM = Verdict(
    Misconfigured, _lazy("Rocket.Chat does not let this integration post to its room.")
)
_TOO_LONG = Verdict(
    Permanent, _lazy("The message is longer than this Rocket.Chat server takes.")
)
# Words in the "error" of the answer, as the server's code has them; first match wins.
_VERDICTS: tuple[tuple[str, str, Verdict], ...] = (
    ("invalid integration id or token", "invalid_integration", _DEAD),
    ("error-message-size-exceeded", "message_too_long", _TOO_LONG),
    ("message size exceeds", "message_too_long", _TOO_LONG),
    ("invalid-channel", "invalid_channel", _ROOM),
    ("error-not-allowed", "not_allowed", _ROOM),
    ("archived", "room_archived", _ROOM),
)


def _check_hook(value: SecretStr) -> str | None:
    if _HOOK.fullmatch(value.reveal()):
        return None
    return _("The URL must end in /hooks/ and two words: copy it from the integration.")


@dataclass(frozen=True)
class RocketChatConfig(ProviderConfig):
    """The URL alone: it names the integration, and its token is the credential."""

    url: SecretStr = option(
        _lazy("Webhook URL"),
        help=_lazy(
            "Of an incoming integration, as in https://chat.example.org/hooks/..."
        ),
        url=True,
        check=_check_hook,
    )


class RocketChat(Provider[ChatPayload]):
    """Posts one message per call; the server gives no name for it."""

    label = "Rocket.Chat"
    docs_url = "https://docs.rocket.chat/docs/integrations"
    config_class = RocketChatConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        response = post_json(
            self.config.url.reveal(),
            message(payload),
            total_seconds=self.call_seconds,
        )
        if 200 <= response.status < 300:
            return _accepted(response)
        raise _error(response)

    def check(self) -> str:
        """Ask for the integration by its info route, which posts nothing.

        The route does not tell whether the integration is switched on.
        """
        url = _HOOK.sub(r"\1/info\2", self.config.url.reveal())
        with asking():
            response = exchange("GET", url, total_seconds=self.call_seconds)
            if response.status >= 300:
                raise _error(response)
            if json_object(response.body).get("success") is not True:
                raise Misconfigured(_("This URL does not answer as Rocket.Chat does."))
        return _("Rocket.Chat knows this integration. Nothing was posted.")


def _accepted(response: egress.Response) -> Accepted:
    success = json_object(response.body).get("success")
    if success is False:
        refused = Permanent(_("Rocket.Chat refused the message."), http_status=200)
        raise _error(response) if _known(response) else refused
    if success is not True:
        raise Unknown(_("This URL does not answer as Rocket.Chat does."))
    return Accepted(detail=f"HTTP {response.status}")


def _known(response: egress.Response) -> tuple[str, Verdict] | None:
    told = str(json_object(response.body).get("error", "")).lower()
    found = [(code, verdict) for part, code, verdict in _VERDICTS if part in told]
    return found[0] if found else None


def _error(response: egress.Response) -> ProviderError:
    known = _known(response)
    if known is None or response.status >= 500 or response.status == 429:
        return refusal(response)
    code, verdict = known
    return refusal(response, verdict=verdict, code=code)


def message(payload: ChatPayload) -> Mapping[str, object]:
    """One attachment; an empty `mrkdwn_in` says that its text is no Markdown."""
    attachment: dict[str, object] = {
        "text": payload.text,
        "mrkdwn_in": ["text"] if payload.body_type == "markdown" else [],
    }
    if payload.title:
        attachment["title"] = payload.title
    return {"text": "", "attachments": [attachment]}
