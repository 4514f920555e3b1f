"""moto's server on loopback: Amazon SES and SNS, spoken to over a real socket.

It is made of flask and flask_cors, which moto leaves to its users to install.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.server import ThreadedMotoServer

from providers.aws import AmazonConfig, ask, signer

CREDENTIALS = {
    "region": "eu-west-1",
    "access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "secret_access_key": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
}


@contextmanager
def amazon() -> Iterator[str]:
    """The URL of one that remembers nothing of before."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    try:
        asked = urllib.request.Request(f"{url}/moto-api/reset", method="POST")
        urllib.request.urlopen(asked).close()
        yield url
    finally:
        server.stop()


def verify(url: str, identity: str) -> None:
    """Let SES send from an address."""
    config = AmazonConfig.from_values({**CREDENTIALS, "api_base": url})
    answer = ask(
        signer(config, "ses"),
        "POST",
        f"{url}/v2/email/identities",
        body=json.dumps({"EmailIdentity": identity}).encode(),
        total_seconds=5,
    )
    assert answer.status == 200


def inside(url: str) -> dict[str, Any]:
    """All that moto keeps, by service and kind of thing."""
    with urllib.request.urlopen(f"{url}/moto-api/data.json") as answer:
        found: dict[str, Any] = json.load(answer)
    return found
