"""What the DNS says of a name besides its addresses: texts and aliases."""

from __future__ import annotations

from typing import Literal

import dns.exception
import dns.name
import dns.resolver
from dns.rdtypes.txtbase import TXTBase

from notify_project.egress.errors import EgressNotSent

Kind = Literal["TXT", "CNAME"]


def records(name: str, kind: Kind, *, seconds: float = 3) -> tuple[str, ...]:
    """The records of this kind; none where the DNS says that there are none.

    Aliases come without the dot at their end. Raises EgressNotSent where it does not
    say: a server that fails, or does not answer in time.
    """
    if seconds <= 0:
        raise EgressNotSent("dns_timeout")
    try:
        found = dns.resolver.get_default_resolver().resolve(
            name, kind, lifetime=seconds, search=False
        )
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.Timeout:
        raise EgressNotSent("dns_timeout") from None
    except (dns.exception.DNSException, OSError):
        raise EgressNotSent("dns") from None
    return tuple(_told(one) for one in found)


def _told(record: object) -> str:
    if isinstance(record, TXTBase):
        return b"".join(record.strings).decode("utf-8", "replace")
    target = getattr(record, "target", None)
    if isinstance(target, dns.name.Name):
        return target.to_text(omit_final_dot=True)
    raise TypeError(f"{record!r} is neither a text nor an alias.")
