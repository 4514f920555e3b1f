"""The environment as settings.py reads it: what cannot be read is told by its name."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_KINDS = {int: "a whole number", float: "a number"}


class Environment(environ.Env):  # type: ignore[misc]  # django-environ has no types
    """Raises ImproperlyConfigured with the setting's name and what it should be."""

    def get_value(self, var: str, cast: Any = None, *args: Any, **options: Any) -> Any:
        """What all of django-environ's readers call."""
        try:
            return super().get_value(var, cast, *args, **options)
        except ValueError:
            if cast not in _KINDS:
                raise
            given = self.ENVIRON[var]
            raise ImproperlyConfigured(
                f"{var}={given} is not {_KINDS[cast]}. Change it in the environment "
                "or in .env; .env.example says what it is for."
            ) from None

    def networks(self, var: str) -> list[IPv4Network | IPv6Network]:
        """A list of CIDRs, empty by default."""
        found = self.list(var, default=[])
        try:
            return [ip_network(cidr.strip()) for cidr in found]
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{var}: {error}. Give networks as 10.1.0.0/16, separated by commas."
            ) from None

    def bool_in_one_folder(self, var: str, *, embedded: bool) -> bool:
        """What shows more than anybody but a developer may see; false by default."""
        asked = bool(self.bool(var, default=False))
        if asked and not embedded:
            raise ImproperlyConfigured(
                f"{var}=true shows settings and content in answers and logs: it works "
                "only where everything is in one folder. Leave it out, or set "
                "EMBEDDED=true on a developer's machine."
            )
        return asked
