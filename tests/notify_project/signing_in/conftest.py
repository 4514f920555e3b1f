"""The small provider, running and set up."""

from tests.tenants.oidc.conftest import there

__all__ = ["there"]
