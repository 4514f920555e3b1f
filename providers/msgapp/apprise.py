"""Chat services that have no file here, by the library Apprise. https://appriseit.com

A URL such as zulip://bot@example/token/channel names the service, the credentials and
the room. The library tells success from failure and no more, so the HTTP statuses that
pass our guard are asked: what they leave open is Unknown.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from apprise import AppriseAsset, NotifyFormat
from apprise.plugins import (
    NotifyBase,
    cliq,
    feishu,
    flock,
    gotify,
    humhub,
    lark,
    line,
    nextcloudtalk,
    ntfy,
    pushover,
    ryver,
    signal_api,
    stackfield,
    synology,
    telegram,
    viber,
    webexteams,
    zoom,
    zulip,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project.egress import EgressError, EgressNotSent, EgressRefused, Response
from notify_project.egress.standing_in import REQUESTS, Watch, watched
from providers.answers import refusal
from providers.base import Accepted, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import (
    Misconfigured,
    ProviderError,
    Temporary,
    Unknown,
)

# Only these: each speaks HTTP by `requests` and by nothing else. Those that run
# commands, open sockets or read files of this machine are not for tenants.
_MODULES: Sequence[ModuleType] = (
    *(cliq, feishu, flock, gotify, humhub, lark, line, nextcloudtalk, ntfy, pushover),
    *(ryver, signal_api, stackfield, synology, telegram, viber, webexteams, zoom),
    zulip,
)
_CALLS = 5  # a service may need one to find the room, and one for each of few rooms
# What a service says before it posts anything, whichever it is.
_CLEAR = frozenset({401, 403, 404, 410, 429})
# Its log lines hold whole messages and tokens.
logging.getLogger("apprise").disabled = True


def _by_schema() -> dict[str, type[NotifyBase]]:
    found: dict[str, type[NotifyBase]] = {}
    for module in _MODULES:
        module.requests = REQUESTS  # type: ignore[attr-defined] # the library's own way out
        (kind,) = (
            one
            for one in vars(module).values()
            if isinstance(one, type)
            and issubclass(one, NotifyBase)
            and one.__module__ == module.__name__
        )
        for attribute in ("protocol", "secure_protocol"):
            given = getattr(kind, attribute) or ()  # one name, several or none
            names = (given,) if isinstance(given, str) else given
            found.update(dict.fromkeys(names, kind))
    return found


SERVICES: Mapping[str, type[NotifyBase]] = _by_schema()


def _names() -> str:
    return ", ".join(sorted({str(kind.service_name) for kind in SERVICES.values()}))


def _plugin(url: str) -> NotifyBase | None:
    """The library's object behind a URL, without waits and retries of its own."""
    kind = SERVICES.get(url.partition("://")[0].lower())
    if kind is None:
        return None
    try:
        values = kind.parse_url(url)
        if not values:
            return None
        plugin = kind(**{**values, "asset": AppriseAsset(image_url_mask="")})
    except (TypeError, ValueError, LookupError, AttributeError):
        return None  # AppriseImproperlyConfigured is a TypeError
    plugin.request_rate_per_sec = 0
    return plugin


def _check_url(value: SecretStr) -> str | None:
    if _plugin(value.reveal()) is not None:
        return None
    return _("This is no Apprise URL of one of these services: %(services)s.") % {
        "services": _names()
    }


@dataclass(frozen=True)
class AppriseConfig(ProviderConfig):
    """The URL alone: service, credentials and room in one."""

    url: SecretStr = option(
        _lazy("Apprise URL"),
        help=_lazy(
            "Such as zulip://bot@example/token/channel; appriseit.com tells each "
            "service's. What such a service answers can often not be told for sure: "
            "the message is then of unknown outcome, and treated as the account's "
            "policy has it."
        ),
        check=_check_url,
    )


class Apprise(Provider[ChatPayload]):
    """Hands a message to the library; only its HTTP statuses tell how it went."""

    label = _lazy("Other services (Apprise)")
    docs_url = "https://appriseit.com/services/"
    config_class = AppriseConfig

    def send(self, payload: ChatPayload) -> Accepted:
        """Few HTTP calls at most; see providers/errors.py for what it raises."""
        plugin = self._made()
        with watched(total_seconds=self.call_seconds, calls=_CALLS) as watch:
            done = _notified(plugin, payload)
        if done and watch.outcomes:
            return Accepted(detail=f"{plugin.service_name}")
        raise _failure(watch)

    def check(self) -> str:
        """Whether the URL can be read: the library asks no service without posting."""
        plugin = self._made()
        return _(
            "The URL is one of %(service)s. Whether it is right shows with the first "
            "message."
        ) % {"service": plugin.service_name}

    def _made(self) -> NotifyBase:
        plugin = _plugin(self.config.url.reveal())
        if plugin is None:
            raise Misconfigured(_("The Apprise URL cannot be read."), code="url")
        return plugin


def _notified(plugin: NotifyBase, payload: ChatPayload) -> bool:
    plain = payload.body_type == "text"
    try:
        return bool(
            plugin.notify(
                body=payload.text,
                title=payload.title,
                body_format=NotifyFormat.TEXT if plain else NotifyFormat.MARKDOWN,
            )
        )
    except Exception:  # many hands wrote the services: what went out decides
        return False


def _failure(watch: Watch) -> ProviderError:
    """By what surely was not sent; one call that may have been makes it Unknown."""
    if not all(map(_surely_not_sent, watch.outcomes)):
        return Unknown(_("Apprise reports a failure, and not which."), code="not_told")
    last = watch.outcomes[-1] if watch.outcomes else None
    match last:
        case Response():
            return refusal(last)
        case EgressNotSent():
            return Temporary(last.detail, code="not_sent")
        case EgressRefused():
            return Misconfigured(last.detail, code="address_not_allowed")
    return Misconfigured(_("Apprise found nobody to send to."), code="no_target")


def _surely_not_sent(outcome: Response | EgressError) -> bool:
    if isinstance(outcome, Response):
        return outcome.status in _CLEAR
    return isinstance(outcome, EgressNotSent | EgressRefused)
