"""Discord webhooks. https://docs.discord.com/developers/resources/webhook

`allowed_mentions` allows none, so nothing that a parameter brings along can call
anybody; links are not unfurled, for Discord would fetch those that work once.
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
from providers.markup import as_it_is

CONTENT_LENGTH = 2000
EMBED_LENGTH = 4096
_NO_EMBEDS = 1 << 2  # the flag SUPPRESS_EMBEDS

_HOOK = re.compile(r"https?://[^/?#]+/api/(?:v\d+/)?webhooks/[^/?#]+/[^/?#]+")

_DEAD = Verdict(
    Misconfigured,
    _lazy("Discord does not know this webhook any more. Give the URL of a new one."),
)
_MESSAGE = Verdict(Permanent, _lazy("Discord refused the message itself."))

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
_VERDICTS: Mapping[int, Verdict] = {
    **dict.fromkeys((10003, 10015, 50027), _DEAD),
    **dict.fromkeys((40005, 50006, 50035, 240000), _MESSAGE),
}


def _check_hook(value: SecretStr) -> str | None:
    if _HOOK.fullmatch(value.reveal()):
        return None
    return _("The URL must end in /webhooks/ and two words: copy it from Discord.")


@dataclass(frozen=True)
class DiscordConfig(ProviderConfig):
    """The URL alone: it names the channel and is the credential."""

    url: SecretStr = option(
        _lazy("Webhook URL"),
        help=_lazy("Begins with https://discord.com/api/webhooks/. Keep it secret."),
        url=True,
        check=_check_hook,
    )


class Discord(Provider[ChatPayload]):
    """Posts one message per call; `provider_ref` is the message's id."""

    label = "Discord"
    docs_url = "https://docs.discord.com/developers/resources/webhook"
    config_class = DiscordConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST that waits for the message; see providers/errors.py for errors."""
        response = post_json(
            f"{self.config.url.reveal()}?wait=true",
            message(payload),
            total_seconds=self.call_seconds,
        )
        if not 200 <= response.status < 300:
            raise _error(response)
        found = json_object(response.body).get("id")
        if not isinstance(found, str) or not found:
            raise Unknown(_("This URL does not answer as Discord does."))
        return Accepted(provider_ref=found[:100], detail=f"HTTP {response.status}")

    def check(self) -> str:
        """Ask for the webhook itself, which posts nothing."""
        with asking():
            response = exchange(
                "GET", self.config.url.reveal(), total_seconds=self.call_seconds
            )
            if response.status != 200:
                raise _error(response)
            if "id" not in json_object(response.body):
                raise Misconfigured(_("This URL does not answer as Discord does."))
        return _("Discord knows this webhook. Nothing was posted.")


def _error(response: egress.Response) -> ProviderError:
    code = json_object(response.body).get("code")
    if not isinstance(code, int) or response.status >= 500 or response.status == 429:
        return refusal(response)
    verdict = _VERDICTS.get(code)
    return refusal(response, verdict=verdict, code=f"discord_{code}" if code else "")


def message(payload: ChatPayload) -> dict[str, object]:
    """A text of up to 2,000 characters, else an embed of up to 4,096.

    Raises Permanent for a longer one.
    """
    plain = payload.body_type == "text"
    title = as_it_is(payload.title)
    text = as_it_is(payload.text) if plain else payload.text
    content = f"**{title}**\n{text}" if title else text
    quiet: dict[str, object] = {"allowed_mentions": {"parse": []}}
    if len(content) <= CONTENT_LENGTH:
        return {**quiet, "content": content, "flags": _NO_EMBEDS}
    if len(text) > EMBED_LENGTH:
        raise Permanent(
            _("The message is too long for Discord, which takes 4,096 characters."),
            code="message_too_long",
        )
    embed = {"title": payload.title} if payload.title else {}
    return {**quiet, "embeds": [{**embed, "description": text}]}
