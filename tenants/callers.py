"""Who is calling: what authentication finds out, and views read as request.auth."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rest_framework.request import Request

from tenants.errors import BadCredentials
from tenants.models import Tenant
from tenants.models.credentials import Scope

ALL_SCOPES = frozenset(Scope.values)
# A gateway's consumer is the tenant itself, but content stays a right to be given.
GATEWAY_SCOPES = ALL_SCOPES - {str(Scope.CONTENT)}


@dataclass(frozen=True, slots=True)
class Caller:
    """One verified caller. `tenant` is shared by requests: read it, never save it."""

    tenant: Tenant
    key_type: str  # "live", "team" or "test"
    scopes: frozenset[str]
    name: str  # the key's prefix, the token's client, or the gateway's consumer
    key_id: UUID | None = None  # of an ApiKey; None for tokens and gateways
    channels: frozenset[str] = frozenset()  # that it is bound to; empty: to none

    def may_send_over(self, lane: str) -> bool:
        """Whether its messages may take this channel, named as in settings."""
        return not self.channels or lane in self.channels


def caller_of(request: Request) -> Caller:
    """The verified caller; raises BadCredentials where there is none."""
    if not isinstance(request.auth, Caller):
        raise BadCredentials
    return request.auth
