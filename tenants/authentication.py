"""How a request proves whose it is: an API key, a bearer token, or a gateway's word.

Each class leaves the request to the next one if it finds nothing of its kind, and
raises BadCredentials, always the same, if what it finds is not good. The tenant comes
from the credential alone; an X-Tenant-ID that disagrees is refused.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from tenants.callers import Caller
from tenants.errors import BadCredentials, OtherTenant
from tenants.gateway import has_consumer, verify_consumer
from tenants.origin import client_address
from tenants.tokens import verify_token
from tenants.verifying import verify_key

_BEARER = re.compile(r"Bearer +([^\s]+)", re.IGNORECASE)
_KEY_START = "ntf_"


class CallerAuthentication(BaseAuthentication, ABC):
    """What the three ways have in common; request.user stays None, nobody logs in."""

    def authenticate(self, request: Request) -> tuple[None, Caller] | None:
        """request.auth becomes a Caller; raises BadCredentials or OtherTenant."""
        http_request = request._request
        if not self.applies(http_request):
            return None
        caller = self.verify(http_request)
        if caller is None:
            raise BadCredentials
        refuse_other_tenant(http_request, caller)
        return None, caller

    def authenticate_header(self, request: Request) -> str:
        """The WWW-Authenticate of a 401 (RFC 6750)."""
        return 'Bearer realm="notify"'

    @abstractmethod
    def applies(self, request: HttpRequest) -> bool:
        """Whether the request carries this kind of credential."""

    @abstractmethod
    def verify(self, request: HttpRequest) -> Caller | None:
        """The caller, or None if the credential is not good."""


class ApiKeyAuthentication(CallerAuthentication):
    """`X-API-KEY: ntf_...` or `Authorization: Bearer ntf_...`."""

    def applies(self, request: HttpRequest) -> bool:
        return bool(presented_key(request))

    def verify(self, request: HttpRequest) -> Caller | None:
        return verify_key(presented_key(request), address=client_address(request))


class JwtAuthentication(CallerAuthentication):
    """`Authorization: Bearer <JWT>` of a registered issuer."""

    def applies(self, request: HttpRequest) -> bool:
        return "HTTP_AUTHORIZATION" in request.META and not has_consumer(request)

    def verify(self, request: HttpRequest) -> Caller | None:
        return verify_token(_bearer(request))


class GatewayAuthentication(CallerAuthentication):
    """X-Consumer-ID and X-Consumer-Username from settings.TRUSTED_PROXIES."""

    def applies(self, request: HttpRequest) -> bool:
        return has_consumer(request)

    def verify(self, request: HttpRequest) -> Caller | None:
        return verify_consumer(request)


def refuse_other_tenant(request: HttpRequest, caller: Caller) -> None:
    """Raise OtherTenant if X-Tenant-ID names a tenant that the credential does not."""
    named = request.headers.get("X-Tenant-ID", "").strip()
    own = {str(caller.tenant.pk), caller.tenant.slug, caller.tenant.external_id}
    if named and named not in own and named.lower() not in own:
        raise OtherTenant


def presented_key(request: HttpRequest) -> str:
    """What stands where an API key would; nothing is known of it yet."""
    key = request.headers.get("X-API-KEY", "").strip()
    if key:
        return key
    bearer = _bearer(request)
    return bearer if bearer.startswith(_KEY_START) else ""


def _bearer(request: HttpRequest) -> str:
    match = _BEARER.fullmatch(request.headers.get("Authorization", "").strip())
    return match[1] if match else ""
