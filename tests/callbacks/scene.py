"""What the tests of callbacks set up: endpoints, a receiver that checks, time."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.db.models import F
from standardwebhooks import Webhook

from callbacks import endpoints, sending
from callbacks.models import Callback, CallbackAttempt, Endpoint
from callbacks.publishing import Event, publish_all
from callbacks.wishes import Wish, granted
from notify_project.queue.pumps import Wake
from notify_project.queue.writing import writing
from tenants.models import Tenant

Answer = tuple[int, Mapping[str, str]]
OK: Answer = (200, {})
SILENCE: Answer = (0, {})  # takes it and closes without a word


@dataclass
class Post:
    """One request as it arrived."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """As the official library reads it; raises if it is not ours."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    """A tenant's program on loopback; `answer` decides for each post."""

    url: str = ""
    answer: Callable[[Post], Answer] = lambda _post: OK
    text: bytes = b""
    delay_seconds: float = 0.0
    posts: list[Post] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def counts(self) -> Counter[str]:
        with self.lock:
            return Counter(one.id for one in self.posts)

    def take(self, post: Post) -> Answer:
        with self.lock:
            self.posts.append(post)
        time.sleep(self.delay_seconds)
        return self.answer(post)


@contextmanager
def receiving(**options: Any) -> Iterator[Receiver]:
    """A receiver that answers until the end of the block."""
    receiver = Receiver(**options)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, further = receiver.take(Post(headers, body))
            if not status:
                self.close_connection = True
                return
            with suppress(OSError):
                self.send_response(status)
                for name, value in further.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(receiver.text)))
                self.end_headers()
                self.wfile.write(receiver.text)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

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


def endpoint(tenant: Tenant, url: str = "", **changes: Any) -> Endpoint:
    """One that is registered; without a URL nobody calls it."""
    wish = Wish(url=url or "http://127.0.0.1:9/hook")
    made = endpoints.register(tenant, granted(wish))
    if changes:
        Endpoint.for_tenant(tenant).filter(id=made.id).update(**changes)
    return again(made)


def happened(tenant: Tenant, count: int = 1, **values: Any) -> None:
    """So many events."""
    with writing():
        publish_all(
            [
                Event(tenant.id, values.get("type", "message.sent"), {"number": number})
                for number in range(count)
            ]
        )


def work() -> None:
    """What a worker does until nothing is due."""
    sending.pump(settings.CALLBACKS_LANE, Wake(), threading.Event())


def again(one: Endpoint) -> Endpoint:
    """As it is stored now."""
    return Endpoint.for_tenant(one.tenant_id).get(id=one.id)


def callbacks(one: Endpoint) -> list[Callback]:
    rows = Callback.for_tenant(one.tenant_id).filter(endpoint=one)
    return list(rows.order_by("created_at", "id"))


def attempts(one: Callback) -> list[CallbackAttempt]:
    rows = CallbackAttempt.for_tenant(one.tenant_id).filter(callback=one)
    return list(rows.order_by("started_at"))


def later(time: timedelta) -> None:
    """As if so much time had passed."""
    Callback.across_tenants().update(due_at=F("due_at") - time)
    Endpoint.across_tenants().update(
        held_until=F("held_until") - time,
        slot_at=F("slot_at") - time,
        failing_since=F("failing_since") - time,
        event_failed_at=F("event_failed_at") - time,
    )
