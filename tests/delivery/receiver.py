"""A program on loopback that takes messages by HTTP, and can be told how to answer."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Mapping[str, str]]
OK: Answer = (200, {})
SILENCE: Answer = (0, {})  # takes the message and closes without a word


@dataclass
class Receiver:
    """Counts what it takes by webhook-id; `answer` decides for each post."""

    url: str = ""
    delay_seconds: float = 0.0
    answer: Callable[[str, int], Answer] = lambda _key, _nth: OK
    posts: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def counts(self) -> Counter[str]:
        with self.lock:
            return Counter(self.posts)

    def note(self, key: str) -> int:
        """How many posts there were under this key, this one among them."""
        with self.lock:
            self.posts.append(key)
            return self.posts.count(key) if len(self.posts) < 2000 else 1


@contextmanager
def receiving(**settings: Any) -> Iterator[Receiver]:
    """A receiver that answers until the end of the block."""
    receiver = Receiver(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            key = self.headers.get("webhook-id", "")
            nth = receiver.note(key)
            time.sleep(receiver.delay_seconds)
            status, headers = receiver.answer(key, nth)
            if not status:
                self.close_connection = True
                return
            with suppress(OSError):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """The worker was killed: nothing to tell."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
