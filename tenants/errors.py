"""What can be wrong with who is calling and what they may touch."""

from __future__ import annotations

from django.utils.translation import gettext as _

from notify_project.errors import Forbidden, Invalid, TooMany, Unauthenticated


class BadCredentials(Unauthenticated):
    """Nobody we know: one text for every reason, so that nothing can be learned."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The request carries no credential that is valid here. Send an API key "
                "in the X-API-KEY header, or a bearer token of a registered issuer."
            )
        )


class OtherTenant(Forbidden):
    """A header names another tenant than the credential does."""

    code = "other_tenant"

    def __init__(self) -> None:
        super().__init__(
            _(
                "X-Tenant-ID names another tenant than the credential belongs to. "
                "Leave the header out, or use a credential of that tenant."
            )
        )


class MissingScope(Forbidden):
    """The credential is good, but was not given this right."""

    code = "missing_scope"


class RateLimited(TooMany):
    """The tenant's requests of this minute are used up."""


class CrossTenantReference(Invalid):
    """A row points to a row of another tenant. The last wall; forms check before."""

    code = "cross_tenant_reference"


class InvalidKeySettings(Invalid):
    """An API key cannot be issued like this."""

    code = "invalid_key"
