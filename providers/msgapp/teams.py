"""Microsoft Teams by a Workflows webhook ("When a Teams webhook request is received").

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
The workflow takes an Adaptive Card, answers 202 at once and posts it to its chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import (
    Verdict,
    asking,
    exchange,
    json_bytes,
    json_object,
    post_json,
    refusal,
)
from providers.base import Accepted, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, ProviderError, Temporary

CARD_BYTES = 28_000  # beyond, Teams drops the card after the workflow has taken it

_OFF = Verdict(
    Misconfigured,
    _lazy("The workflow is off or deleted. Turn it on, or give the URL of a new one."),
)
_SIGNATURE = Verdict(
    Misconfigured, _lazy("The workflow refused the URL's signature. Copy it again.")
)
_SCHEMA = Verdict(
    Misconfigured,
    _lazy(
        "The workflow expects something other than a card. Make it from the template."
    ),
)
# Codes of the service behind Workflows; https://learn.microsoft.com/azure/logic-apps/
_VERDICTS: Mapping[str, Verdict] = {
    "WorkflowTriggerIsNotEnabled": _OFF,
    "WorkflowNotFound": _OFF,
    "WorkflowDisabled": _OFF,
    "DirectApiAuthorizationRequired": _SIGNATURE,
    "DirectApiInvalidAuthorizationScheme": _SIGNATURE,
    "AuthorizationFailed": _SIGNATURE,
    "TriggerInputSchemaMismatch": _SCHEMA,
}


@dataclass(frozen=True)
class TeamsConfig(ProviderConfig):
    """The URL alone: it names the chat, and its signature is the credential."""

    url: SecretStr = option(
        _lazy("Workflow URL"),
        help=_lazy("From the Workflows app in Teams. Keep it secret."),
        url=True,
    )


class Teams(Provider[ChatPayload]):
    """Posts one card per call; what becomes of it in Teams is not told."""

    label = "Microsoft Teams"
    docs_url = (
        "https://learn.microsoft.com/microsoftteams/platform/"
        "webhooks-and-connectors/how-to/connectors-using"
    )
    config_class = TeamsConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        body = json_bytes(card_message(payload))
        if len(body) > CARD_BYTES:
            raise Permanent(
                _("The message is too long for Teams, which takes 28 KB."),
                code="message_too_long",
            )
        response = post_json(
            self.config.url.reveal(), body, total_seconds=self.call_seconds
        )
        if 200 <= response.status < 300:
            return _accepted(response)
        raise _error(response)

    def check(self) -> str:
        """Reach the host by HEAD; only a message tells whether the workflow is on."""
        with asking():
            exchange("HEAD", self.config.url.reveal(), total_seconds=self.call_seconds)
        return _(
            "The server of this URL was reached. Nothing was posted, so only the first "
            "message will tell whether the workflow is on."
        )


def _accepted(response: egress.Response) -> Accepted:
    """Connectors of old, still in use, say 200 and a failure in the text."""
    text = response.body[:1000].decode("utf-8", "replace")
    if "HTTP error 429" in text:
        raise Temporary(
            _("Teams asks us to slow down."), code="http_429", throttled=True
        )
    if text.startswith("Webhook message delivery failed"):
        raise Permanent(_("Teams refused the message."), code="delivery_failed")
    return Accepted(detail=f"HTTP {response.status}")


def _error(response: egress.Response) -> ProviderError:
    told = json_object(response.body).get("error")
    code = str(told.get("code")) if isinstance(told, dict) else ""
    verdict = _VERDICTS.get(code) if response.status < 500 else None
    return refusal(response, verdict=verdict, code=code if verdict else "")


def card_message(payload: ChatPayload) -> dict[str, object]:
    """An Adaptive Card in the envelope that the workflow's template expects.

    The card names no one in msteams.entities, so that <at>name</at> calls nobody.
    """
    body = [_run(payload.title, size="Large", weight="Bolder")] if payload.title else []
    if payload.body_type == "markdown":
        body.append({"type": "TextBlock", "text": payload.text, "wrap": True})
    else:
        body += _lines(payload.text)
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "msteams": {"width": "Full"},
                    "body": body,
                },
            }
        ],
    }


def _lines(text: str) -> list[dict[str, object]]:
    """One block per line: some clients draw a line feed inside a run as a space."""
    blocks = []
    after_blank = True
    for line in text.split("\n"):
        if line.strip():
            blocks.append(_run(line) | {"spacing": "Medium" if after_blank else "None"})
        after_blank = not line.strip()
    return blocks


def _run(text: str, **style: str) -> dict[str, object]:
    """Text that is no Markdown: a TextRun shows it as it is, a TextBlock would not."""
    return {
        "type": "RichTextBlock",
        "inlines": [{"type": "TextRun", "text": text, **style}],
    }
