"""The outside world as one process: takes mail, texts and chat, and notes each call.

`python -m tests.chaos.provider ORDER`, where ORDER is JSON: `log` (a line of JSON for
each call), `ports` (written when it listens), `seed`, `table` (tests/chaos/moods.py)
and `delay_seconds`. Who posts to /hook under a known key has posted nothing new.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.chaos.moods import TABLES, WORD, Mood, mood

# Longer than any call of ours may take.
LATE_SECONDS = 17.0


class Outside:
    """Everything that was handed over, and how each call is to be answered."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._seed = int(order["seed"])
        self._table = TABLES[order["table"]]
        self._delay = float(order["delay_seconds"])
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._log = os.open(order["log"], flags, 0o600)
        self._calls: Counter[str] = Counter()
        self._keys: set[str] = set()
        self.texts: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def meet(self, word: str, via: str, *, key: str = "") -> Mood:
        """Take the message or not, and note it."""
        self._calls[word] += 1
        now = mood(self._seed, word, self._calls[word], self._table)
        again = bool(key) and key in self._keys
        if now.takes and key:
            self._keys.add(key)
        self._note(word=word, via=via, mood=now, took=now.takes and not again)
        return now

    async def dawdle(self, now: Mood) -> None:
        """Let the caller wait for its answer."""
        await asyncio.sleep(LATE_SECONDS if now is Mood.LATE else self._delay)

    def _note(self, **entry: object) -> None:
        line = json.dumps({"at": time.time(), **entry}) + "\n"
        os.write(self._log, line.encode())


def _abort(writer: asyncio.StreamWriter) -> None:
    """As a machine that falls over does: a reset, no orderly end."""
    writer.transport.abort()


class Http:
    """A webhook (/hook), a chat room (/room), and texts as Twilio takes them."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

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
        method, target, _version = first.split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _colon, value in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if method == "GET":
            return await _answer(writer, 200, self._list(target))
        found = WORD.search(body.decode())
        if found is None:
            return await _answer(writer, 400, {"error": "no word"})
        path = urlsplit(target).path
        key = headers.get("webhook-id", "") if path == "/hook" else ""
        now = self._outside.meet(found[0], path, key=key)
        made: object = "ok"
        if path.endswith("Messages.json") and now.takes:
            made = self._text(body)
        await self._outside.dawdle(now)
        if now in (Mood.RESET, Mood.SWALLOW):
            _abort(writer)
            return False
        if now is Mood.REFUSE:
            return await _answer(writer, 429, {}, "Retry-After: 1\r\n")
        if now is Mood.FAULT:
            return await _answer(writer, 502, {})
        return await _answer(writer, 200 if made == "ok" else 201, made)

    def _text(self, body: bytes) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        made = {
            "sid": f"SM{abs(hash(form['Body'])):032x}"[:34],
            "body": form["Body"],
            "to": form["To"],
            "status": "queued",
            "direction": "outbound-api",
            "error_code": None,
            "date_created": format_datetime(datetime.now(UTC)),
        }
        self._outside.texts[form["To"]].insert(0, made)
        return made

    def _list(self, target: str) -> dict[str, Any]:
        to = parse_qs(urlsplit(target).query).get("To", [""])[0]
        return {
            "page": 0,
            "page_size": 100,
            "next_page_uri": None,
            "messages": self._outside.texts[to][:100],
        }


async def _answer(
    writer: asyncio.StreamWriter, status: int, content: object, more: str = ""
) -> bool:
    body = (content if isinstance(content, str) else json.dumps(content)).encode()
    head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return True


class Smtp:
    """A mail server that knows each mail by the word in its recipient's address."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await _say(writer, "220 chaos")
            word = ""
            while line := (await reader.readline()).decode("latin-1"):
                verb = line[:4].upper()
                if verb == "RCPT":
                    found = WORD.search(line)
                    word = found[0] if found else ""
                    await _say(writer, "250 OK" if word else "550 Who?")
                elif verb == "DATA":
                    if not await self._take(word, reader, writer):
                        return
                elif verb == "QUIT":
                    await _say(writer, "221 Bye")
                    break
                else:
                    await _say(writer, "250 OK")
        writer.close()

    async def _take(
        self, word: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether the connection lives on."""
        await _say(writer, "354 Go on")
        await reader.readuntil(b"\r\n.\r\n")
        now = self._outside.meet(word, "smtp")
        await self._outside.dawdle(now)
        if now in (Mood.RESET, Mood.SWALLOW):
            _abort(writer)
            return False
        busy = now in (Mood.REFUSE, Mood.FAULT)
        await _say(writer, "450 4.2.0 Mailbox busy" if busy else "250 OK")
        return True


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()


async def _main(order: dict[str, Any]) -> None:
    outside = Outside(order)
    limit = 1 << 20
    servers = [
        await asyncio.start_server(kind(outside).serve, "127.0.0.1", 0, limit=limit)
        for kind in (Http, Smtp)
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    unfinished = Path(f"{order['ports']}.new")
    unfinished.write_text(json.dumps(ports))
    unfinished.rename(order["ports"])
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.argv[1])))
