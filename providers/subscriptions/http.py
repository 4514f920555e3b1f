"""Any program of a tenant's that keeps subscriptions: GET after GET, JSON back.

GET <URL>?tenant=<id>&list=<id>&channel=email&limit=1000 is answered with
{"subscribers": [{"address": "jane@example.org", "locale": "fr", "params": {}}],
"nextCursor": "..."}; a cursor is given back as &cursor=... until there is none. Where
these stand in the answer is configured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from providers import mapping
from providers.config import option
from providers.programs import Program, ProgramConfig, check_path
from providers.services import Asked, Subscriber, SubscriptionPage, SubscriptionService

PAGE = 1000
_LONGEST_CURSOR = 2000


@dataclass(frozen=True)
class HttpConfig(ProgramConfig):
    """And how its answer is read."""

    subscribers: str = option(
        _lazy("Where the subscribers are in the answer"),
        default="subscribers",
        help=_lazy("Names with dots between, as in data.users."),
        check=check_path,
    )
    address: str = option(
        _lazy("Where a subscriber's address is"),
        default="address",
        help=_lazy("Names with dots between, as in contact.email."),
        check=check_path,
    )
    cursor: str = option(
        _lazy("Where the cursor of the next page is"),
        default="nextCursor",
        help=_lazy("Nothing there says that this was the last page."),
        check=check_path,
    )


class HttpSubscriptions(SubscriptionService):
    """A program that says, page by page, who has subscribed."""

    label = _lazy("Subscribers of a program over HTTP")
    docs_url = "https://www.rfc-editor.org/rfc/rfc9110"
    config_class = HttpConfig
    call_seconds = 5.0

    def page(self, asked: Asked, cursor: str = "") -> SubscriptionPage:
        """One GET; nobody is an answer too."""
        given = {
            "tenant": asked.tenant,
            "list": asked.list,
            "channel": asked.channel,
            "limit": str(PAGE),
            **({"cursor": cursor} if cursor else {}),
        }
        found = self._program().list_at(self.config.subscribers, [*given.items()])
        following = mapping.at(found.answer, self.config.cursor)
        if not isinstance(following, str | int) or isinstance(following, bool):
            following = ""
        return SubscriptionPage(
            tuple(self._subscribers(found.rows)), str(following)[:_LONGEST_CURSOR]
        )

    def check(self) -> str:
        """Ask for no list in particular; whatever is said, nobody is written to."""
        return self._program().reached()

    def _program(self) -> Program:
        return Program(self.config, self.call_seconds, most_megabytes=5)

    def _subscribers(self, found: Sequence[Any]) -> Iterator[Subscriber]:
        """Those with an address; what else is said of them is as it may be."""
        for one in found:
            address = mapping.at(one, self.config.address)
            if isinstance(address, str) and address.strip():
                locale, params = one.get("locale"), one.get("params")
                yield Subscriber(
                    address.strip(),
                    locale if isinstance(locale, str) else "",
                    params if isinstance(params, Mapping) else {},
                )
