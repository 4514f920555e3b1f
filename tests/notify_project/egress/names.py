"""A name server on loopback, as the system's resolver would ask it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

Zone = Mapping[tuple[str, str], Sequence[str]]


def answered(asked: bytes, zone: Zone, rcode: dns.rcode.Rcode | None) -> bytes:
    """What the zone says: NXDOMAIN for a name that is not in it."""
    query = dns.message.from_wire(asked)
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(question.rdtype)
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    if rcode is not None:
        answer.set_rcode(rcode)
    elif (name, kind) in zone:
        answer.answer.append(
            dns.rrset.from_text(question.name, 60, "IN", kind, *zone[(name, kind)])
        )
    elif name not in {one for one, _kind in zone}:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()


@contextmanager
def name_server(
    monkeypatch: pytest.MonkeyPatch,
    zone: Zone,
    *,
    rcode: dns.rcode.Rcode | None = None,
    silent: bool = False,
) -> Iterator[None]:
    """Make this process ask a server that knows the zone alone."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = server.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)

    def serve() -> None:
        with suppress(OSError):  # the socket was closed: the test is over
            while True:
                asked, whom = server.recvfrom(4096)
                if asked == b"end":
                    return
                if not silent:
                    server.sendto(answered(asked, zone, rcode), whom)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(b"end", server.getsockname())
        thread.join(5)
        server.close()
