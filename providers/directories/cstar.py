"""Connected Services Team Access and Roles (CSTAR) of British Columbia.

https://github.com/bcgov/tenant-management-system: a shared service may ask who is in a
tenant's groups, GET /v1/tenants/{tenantId}/users?groupIds=...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import Verdict, asking, exchange, json_object, refusal
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, Temporary
from providers.services import DirectoryService, Person
from providers.tokens import ClientCredentials

_MOST_BYTES = 2_000_000  # some 5,000 people
_TOKEN = Verdict(
    Misconfigured, _lazy("CSTAR refused the client's token. Check its permissions.")
)
_NO_TENANT = Verdict(Permanent, _lazy("CSTAR has no tenant of this id."))
_VERDICTS = {401: _TOKEN, 403: _TOKEN, 404: _NO_TENANT}


@dataclass(frozen=True)
class CstarConfig(ProviderConfig):
    """Where CSTAR and its tokens are, and by which client."""

    base_url: str = option(
        _lazy("Address"),
        help=_lazy("Such as https://cstar.example.org/api"),
        url=True,
    )
    token_url: str = option(_lazy("Address of tokens"), url=True)
    client_id: str = option(_lazy("Client id"))
    client_secret: SecretStr = option(_lazy("Client secret"))


class Cstar(DirectoryService):
    """Asks with a token of the shared service."""

    label = "CSTAR"
    docs_url = "https://github.com/bcgov/tenant-management-system"
    config_class = CstarConfig
    call_seconds = 5.0

    def __init__(self, config: ProviderConfig) -> None:
        super().__init__(config)
        self._client = ClientCredentials(
            self.config.token_url, self.config.client_id, self.config.client_secret
        )

    def people(self, tenant: str, groups: Sequence[str]) -> Sequence[Person]:
        """One GET, and one more with a fresh token where the first was not taken."""
        if not groups:
            return []  # without groups CSTAR would name everybody
        if not all(map(_is_id, (tenant, *groups))):
            raise Permanent(_("Ids of CSTAR are UUIDs."), code="no_id")
        path = f"v1/tenants/{tenant}/users?groupIds={','.join(groups)}"
        response = self._ask(path)
        if response.status != 200:
            with asking():
                raise refusal(response, verdict=_VERDICTS.get(response.status))
        data = json_object(response.body).get("data")
        users = data.get("users") if isinstance(data, Mapping) else None
        if response.truncated or not isinstance(users, list):
            raise Temporary(_("CSTAR's answer cannot be read."), code="unreadable")
        return list(dict.fromkeys(_people(users)))

    def check(self) -> str:
        """Take a token and ask for its health: no tenant is looked at."""
        response = self._ask("v1/health")
        if response.status == 200:
            return _("CSTAR is well, and the client gets its token.")
        with asking():
            raise refusal(response, verdict=_VERDICTS.get(response.status))

    def _ask(self, path: str) -> egress.Response:
        response = self._once(path)
        if response.status == 401:
            self._client.forget()
            response = self._once(path)
        return response

    def _once(self, path: str) -> egress.Response:
        headers = {"Authorization": f"Bearer {self._client.token()}"}
        with asking():
            return exchange(
                "GET",
                f"{self.config.base_url.rstrip('/')}/{path}",
                headers=headers,
                total_seconds=self.call_seconds,
                max_bytes=_MOST_BYTES,
            )


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _people(users: Sequence[Any]) -> Iterator[Person]:
    for one in users:
        sso = one.get("ssoUser") if isinstance(one, Mapping) else None
        email = sso.get("email") if isinstance(sso, Mapping) else None
        if isinstance(sso, Mapping) and isinstance(email, str) and email.strip():
            name = sso.get("displayName")
            shown = name if isinstance(name, str) else ""
            yield Person(email.strip().lower(), shown[:200])
