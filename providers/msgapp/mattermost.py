"""Mattermost incoming webhooks. https://developers.mattermost.com/integrate/webhooks/incoming/

The text is parted where Mattermost would look for a name: @all, @channel, @jane and
Slack's <!channel>, so nothing that a parameter brings along can call anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import Verdict, asking, json_object, post_json, refusal
from providers.base import Accepted, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown
from providers.markup import UNSEEN, as_it_is

# A server may live under a path of its own.
_HOOK = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/hooks/[a-z0-9A-Z]+")
_CALLS = re.compile(r"((?<!\w)@(?=\w)|<(?=!))")
# No channel can be called so; a live webhook says that it does not know it.
_NO_CHANNEL = "no such channel!"

_DEAD = Verdict(
    Misconfigured,
    _lazy("Mattermost does not know this webhook. Give the URL of a new one."),
)
_OFF = Verdict(Misconfigured, _lazy("Webhooks are switched off on this server."))
_ROOM = Verdict(
    Misconfigured, _lazy("Mattermost does not let this webhook post to its channel.")
)
_MESSAGE = Verdict(Permanent, _lazy("Mattermost refused the message itself."))

# "id" in the answer, as the server's code has them; none of them follows a post.
_NO_SUCH_CHANNEL = "web.incoming_webhook.channel.app_error"
_UNTOLD = "web.incoming_webhook.general.app_error"
_VERDICTS: Mapping[str, Verdict] = {
    _NO_SUCH_CHANNEL: _ROOM,
    _UNTOLD: _DEAD,
    "web.incoming_webhook.channel_locked.app_error": _ROOM,
    "web.incoming_webhook.disabled.app_error": _OFF,
    "web.incoming_webhook.invalid.app_error": _DEAD,
    "web.incoming_webhook.parse.app_error": _MESSAGE,
    "web.incoming_webhook.permissions.app_error": _ROOM,
    "web.incoming_webhook.text.app_error": _MESSAGE,
    "web.incoming_webhook.text.length.app_error": _MESSAGE,
    "web.incoming_webhook.user.app_error": _ROOM,
}


def _check_hook(value: SecretStr) -> str | None:
    if _HOOK.fullmatch(value.reveal()):
        return None
    return _("The URL must end in /hooks/ and a word: copy it from the integration.")


@dataclass(frozen=True)
class MattermostConfig(ProviderConfig):
    """The URL alone: it names the channel and is the credential."""

    url: SecretStr = option(
        _lazy("Webhook URL"),
        help=_lazy("Of an incoming webhook, as in https://chat.example.org/hooks/..."),
        url=True,
        check=_check_hook,
    )


class Mattermost(Provider[ChatPayload]):
    """Posts one message per call; the server answers "ok" and gives no name for it."""

    label = "Mattermost"
    docs_url = "https://developers.mattermost.com/integrate/webhooks/incoming/"
    config_class = MattermostConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        response = self._post(message(payload))
        if response.status == 200 and response.body.strip() == b"ok":
            return Accepted(detail="ok")
        if 200 <= response.status < 300:
            raise Unknown(_("This URL does not answer as Mattermost does."))
        raise _error(response)

    def check(self) -> str:
        """Name a channel that there cannot be: nothing is posted to it."""
        with asking():
            response = self._post({"text": "-", "channel": _NO_CHANNEL})
            if response.status < 300:
                raise Misconfigured(_("This URL does not answer as Mattermost does."))
            word = _word(response)
            if word == _UNTOLD:
                return _("Mattermost was reached. It does not say what it knows.")
            if word != _NO_SUCH_CHANNEL:
                raise _error(response)
        return _("Mattermost knows this webhook. Nothing was posted.")

    def _post(self, content: Mapping[str, object]) -> egress.Response:
        return post_json(
            self.config.url.reveal(), content, total_seconds=self.call_seconds
        )


def _word(response: egress.Response) -> str:
    return str(json_object(response.body).get("id") or "")


def _error(response: egress.Response) -> ProviderError:
    word = _word(response)
    verdict = _VERDICTS.get(word) if response.status != 429 else None
    code = word.removeprefix("web.").removesuffix(".app_error") if verdict else ""
    return refusal(response, verdict=verdict, code=code)


def message(payload: ChatPayload) -> dict[str, object]:
    """An attachment where there is a title: Mattermost shows that above the text."""
    plain = payload.body_type == "text"
    title, text = (
        _CALLS.sub(rf"\1{UNSEEN}", as_it_is(one) if plain else one)
        for one in (payload.title, payload.text)
    )
    if not title:
        return {"text": text}
    return {"attachments": [{"fallback": title, "title": title, "text": text}]}
