"""Slack incoming webhooks. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

Slack reads text as its own markup, in which <!channel> calls everybody and <url|name>
hides where a link goes; &, < and > are escaped, so that no text can do either.
https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import Verdict, asking, post_json, refusal
from providers.base import Accepted, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown
from providers.markup import starred

_DEAD = Verdict(
    Misconfigured,
    _lazy(
        "Slack does not know this webhook any more. Make a new one and give its URL."
    ),
)
_ROOM = Verdict(
    Misconfigured,
    _lazy("Slack no longer lets this webhook post: see its channel and workspace."),
)
_MESSAGE = Verdict(Permanent, _lazy("Slack refused the message itself."))

# https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
_VERDICTS: Mapping[str, Verdict] = {
    **dict.fromkeys(
        ("no_service", "no_service_id", "no_team", "no_active_hooks", "invalid_token"),
        _DEAD,
    ),
    **dict.fromkeys(
        (
            "action_prohibited",
            "channel_is_archived",
            "channel_not_found",
            "posting_to_general_channel_denied",
            "team_disabled",
            "user_not_found",
        ),
        _ROOM,
    ),
    **dict.fromkeys(("invalid_payload", "no_text", "too_many_attachments"), _MESSAGE),
}
# What a live webhook says to a post without text; nothing appears in the channel.
_ALIVE = frozenset(
    {"no_text", "invalid_payload", "missing_text_or_fallback_or_attachments"}
)


@dataclass(frozen=True)
class SlackConfig(ProviderConfig):
    """The URL alone: it names the room and is the credential."""

    url: SecretStr = option(
        _lazy("Webhook URL"),
        help=_lazy("Begins with https://hooks.slack.com/services/. Keep it secret."),
        url=True,
    )


class Slack(Provider[ChatPayload]):
    """Posts one message per call; Slack answers "ok" and no name for it."""

    label = "Slack"
    docs_url = (
        "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"
    )
    config_class = SlackConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        response = self._post(message(payload))
        if response.status == 200 and _word(response) == "ok":
            return Accepted(detail="ok")
        if 200 <= response.status < 300:
            raise Unknown(_("This URL does not answer as Slack does."))
        raise _error(response)

    def check(self) -> str:
        """Post nothing: a live webhook refuses that with a word of its own."""
        with asking():
            response = self._post({})
            if response.status < 300:
                raise Misconfigured(_("This URL does not answer as Slack does."))
            if response.status != 400 or _word(response) not in _ALIVE:
                raise _error(response)
        return _("Slack knows this webhook. Nothing was posted.")

    def _post(self, content: Mapping[str, object]) -> egress.Response:
        return post_json(
            self.config.url.reveal(), content, total_seconds=self.call_seconds
        )


def _word(response: egress.Response) -> str:
    return response.body[:100].decode("ascii", "replace").strip()


def _error(response: egress.Response) -> ProviderError:
    word = _word(response)
    known = _VERDICTS.get(word)
    verdict = known if response.status < 500 and response.status != 429 else None
    return refusal(response, verdict=verdict, code=word if verdict else "")


def message(payload: ChatPayload) -> dict[str, object]:
    """What is posted: plain text without markup, or Markdown as Slack writes it.

    Links are not unfurled: Slack would fetch them, and use up those that work once.
    """
    plain = payload.body_type == "text"
    title = escape(payload.title)
    text = escape(payload.text) if plain else mrkdwn(payload.text)
    if title:
        text = f"{title if plain else f'*{title}*'}\n{text}"
    return {
        "text": text,
        "mrkdwn": not plain,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """The three characters that Slack gives a meaning, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(markdown: str) -> str:
    """The Markdown that people use, in Slack's notation; code stays as it is."""
    return starred(markdown, escape=escape)
