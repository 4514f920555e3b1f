"""Any program of a tenant's that knows who is to be written to: one GET, JSON back.

GET <URL>?tenant=<id>&group=<id> (a `group` for each that is asked for) is answered
with {"people": [{"email": "jane@example.org", "name": "Jane"}]}; where the list stands
in the answer, and what the address is called in it, is configured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from providers import mapping
from providers.config import option
from providers.programs import Program, ProgramConfig, check_path
from providers.services import DirectoryService, Person

_LONGEST_NAME = 200


@dataclass(frozen=True)
class HttpConfig(ProgramConfig):
    """And how its answer is read."""

    people: str = option(
        _lazy("Where the people are in the answer"),
        default="people",
        help=_lazy("Names with dots between, as in data.users."),
        check=check_path,
    )
    email: str = option(
        _lazy("Where a person's address is"),
        default="email",
        help=_lazy("Names with dots between, as in contact.email."),
        check=check_path,
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
        query = [("tenant", tenant), *(("group", one) for one in groups)]
        found = self._program().list_at(self.config.people, query)
        people = (self._person(one) for one in found.rows)
        return list(dict.fromkeys(one for one in people if one))

    def check(self) -> str:
        """Ask for no group in particular; whatever is said, nobody is written to."""
        return self._program().reached()

    def _program(self) -> Program:
        return Program(self.config, self.call_seconds, most_megabytes=2)

    def _person(self, one: Any) -> Person | None:
        email = mapping.at(one, self.config.email)
        if not isinstance(email, str) or not email.strip():
            return None
        return Person(email.strip().lower(), _name(one))


def _name(one: Any) -> str:
    name = one.get("name") if isinstance(one, Mapping) else None
    return name[:_LONGEST_NAME] if isinstance(name, str) else ""
