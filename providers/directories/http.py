"""Any program of a tenant's that knows who is to be written to: one GET, JSON back.

GET <URL>?tenant=<id>&group=<id> (a `group` for each that is asked for) is answered
with {"people": [{"email": "jane@example.org", "name": "Jane"}]}; where the list stands
in the answer, and what the address is called in it, is configured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers import mapping
from providers.answers import asking, exchange, refusal
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Permanent
from providers.services import DirectoryService, Person

_MOST_BYTES = 2_000_000
_HEADER = r"[A-Za-z][A-Za-z0-9-]{0,60}"
_LONGEST_NAME = 200


def _check_path(path: str) -> str | None:
    return None if mapping.is_path(path) else _("Give names with dots between.")


@dataclass(frozen=True)
class HttpConfig(ProviderConfig):
    """Where the program is, by what it knows us, and how to read its answer."""

    url: str = option(_lazy("URL"), url=True)
    credential: SecretStr | None = option(
        _lazy("Credential"),
        help=_lazy("The whole value of the header, such as Bearer and a token."),
    )
    header: str = option(
        _lazy("Header of the credential"), default="Authorization", pattern=_HEADER
    )
    people: str = option(
        _lazy("Where the people are in the answer"),
        default="people",
        help=_lazy("Names with dots between, as in data.users."),
        check=_check_path,
    )
    email: str = option(
        _lazy("Where a person's address is"),
        default="email",
        help=_lazy("Names with dots between, as in contact.email."),
        check=_check_path,
    )


class HttpDirectory(DirectoryService):
    """A list of subscribers or members that another program keeps."""

    label = _lazy("A program over HTTP")
    docs_url = "https://www.rfc-editor.org/rfc/rfc9110"
    config_class = HttpConfig
    call_seconds = 5.0

    def people(self, tenant: str, groups: Sequence[str]) -> Sequence[Person]:
        """One GET; no people is an answer too."""
        if not groups:
            return []
        query = urlencode([("tenant", tenant), *(("group", one) for one in groups)])
        joint = "&" if "?" in self.config.url else "?"
        response = self._get(f"{self.config.url}{joint}{query}")
        if not 200 <= response.status < 300:
            with asking():
                raise refusal(response)
        if response.truncated:
            raise Permanent(_("The answer has more than 2 MB."), code="too_large")
        return list(dict.fromkeys(self._read(response.body)))

    def check(self) -> str:
        """Ask for no group in particular; whatever is said, nobody is written to."""
        response = self._get(self.config.url)
        return _("The server was reached and said %(status)s.") % {
            "status": response.status
        }

    def _get(self, url: str) -> egress.Response:
        headers = {"Accept": "application/json"}
        if self.config.credential:
            headers[self.config.header] = self.config.credential.reveal()
        with asking():
            return exchange(
                "GET",
                url,
                headers=headers,
                total_seconds=self.call_seconds,
                max_bytes=_MOST_BYTES,
            )

    def _read(self, body: bytes) -> Iterator[Person]:
        try:
            found = mapping.at(json.loads(body), self.config.people)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list):
            raise Permanent(
                _("The answer has no list at %(path)s.") % {"path": self.config.people},
                code="unreadable",
            )
        for one in found:
            email = mapping.at(one, self.config.email)
            if isinstance(email, str) and email.strip():
                yield Person(email.strip().lower(), _name(one))


def _name(one: Any) -> str:
    name = one.get("name") if isinstance(one, Mapping) else None
    return name[:_LONGEST_NAME] if isinstance(name, str) else ""
