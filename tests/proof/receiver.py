"""A tenant's program as it should be, on a bad day.

`python -m tests.proof.receiver ORDER`, where ORDER is JSON: `port`, `secrets` by path,
`log`, `seed`, `fails` and `hangs` (shares of the calls), `hang_seconds`. Each post is
verified by the standardwebhooks package, and what becomes of it is written down before
it is answered: this process may be killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from contextlib import suppress
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

# Posts of which everything is kept, for other libraries to verify.
_SAMPLES = 50


class Receiver:
    """`took` is written before the answer, `answered` when it has gone out."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._dice = random.Random(order["seed"])
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._log = os.open(order["log"], flags, 0o600)
        self._kept = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _colon, value in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        key, mood = headers.get("webhook-id", ""), self._dice.random()
        if not self._is_ours(first.split(" ")[1], headers, body):
            return await self._answer(writer, 400, key, "forged")
        if mood < self._order["fails"]:
            return await self._answer(writer, 503, key, "refused")
        self._note(key, "took")
        if mood < self._order["fails"] + self._order["hangs"]:
            await asyncio.sleep(self._order["hang_seconds"])
            self._note(key, "hung")
            writer.transport.abort()
            return False
        return await self._answer(writer, 204, key, "answered")

    def _is_ours(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        secret = self._order["secrets"].get(path, "")
        try:
            Webhook(secret).verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return False
        if self._kept < _SAMPLES:
            self._kept += 1
            kept = {"secret": secret, "headers": headers, "body": body.decode()}
            self._write({"what": "sample", **kept})
        return True

    async def _answer(
        self, writer: asyncio.StreamWriter, status: int, key: str, what: str
    ) -> bool:
        writer.write(f"HTTP/1.1 {status} .\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        self._note(key, what)
        return True

    def _note(self, key: str, what: str) -> None:
        self._write({"id": key, "what": what})

    def _write(self, entry: dict[str, Any]) -> None:
        os.write(self._log, (json.dumps(entry) + "\n").encode())


async def _main(order: dict[str, Any]) -> None:
    receiver = Receiver(order)
    server = await asyncio.start_server(
        receiver.serve, "127.0.0.1", order["port"], backlog=512
    )
    print("listening", flush=True)  # noqa: T201 - whoever started it waits for this
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.argv[1])))
