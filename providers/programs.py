"""What services over HTTP that a tenant runs have in common: where one is, by what it
knows us, and GETs that it answers with lists in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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

_HEADER = r"[A-Za-z][A-Za-z0-9-]{0,60}"


def check_path(path: str) -> str | None:
    """For options that say where something lies in an answer."""
    return None if mapping.is_path(path) else _("Give names with dots between.")


@dataclass(frozen=True)
class ProgramConfig(ProviderConfig):
    """Where the program is, and by what it knows us."""

    url: str = option(_lazy("URL"), url=True)
    credential: SecretStr | None = option(
        _lazy("Credential"),
        help=_lazy("The whole value of the header, such as Bearer and a token."),
    )
    header: str = option(
        _lazy("Header of the credential"), default="Authorization", pattern=_HEADER
    )

    def credentials(self) -> dict[str, str]:
        """The header by which it knows us, if it is to."""
        return {self.header: self.credential.reveal()} if self.credential else {}


@dataclass(frozen=True, slots=True)
class Listing:
    """One answer, read; `rows` is the list at the path that was asked for."""

    answer: Any
    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Program:
    """GETs within `total_seconds`, whose answers have at most `most_megabytes`."""

    config: ProgramConfig
    total_seconds: float
    most_megabytes: int

    def reached(self) -> str:
        """Ask for nothing in particular, and say that there was an answer."""
        response = self._get(self.config.url)
        return _("The server was reached and said %(status)s.") % {
            "status": response.status
        }

    def list_at(self, path: str, query: Sequence[tuple[str, str]]) -> Listing:
        """The list at a path of the answer; raises one of the four of errors.py."""
        joint = "&" if "?" in self.config.url else "?"
        response = self._get(f"{self.config.url}{joint}{urlencode(query)}")
        if not 200 <= response.status < 300:
            with asking():
                raise refusal(response)
        if response.truncated:
            raise Permanent(
                _("The answer has more than %(most)s MB.")
                % {"most": self.most_megabytes},
                code="too_large",
            )
        try:
            answer = json.loads(response.body)
            rows = mapping.at(answer, path)
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list):
            raise Permanent(
                _("The answer has no list at %(path)s.") % {"path": path},
                code="unreadable",
            )
        return Listing(answer, rows)

    def _get(self, url: str) -> egress.Response:
        headers: Mapping[str, str] = {
            "Accept": "application/json",
            **self.config.credentials(),
        }
        with asking():
            return exchange(
                "GET",
                url,
                headers=headers,
                total_seconds=self.total_seconds,
                max_bytes=self.most_megabytes * 1_000_000,
            )
