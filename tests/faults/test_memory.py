"""What a worker weighs while it hands over large files."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from delivery.models import Attachment, Message
from tests.delivery.scene import account_of, assert_books_balance, many
from tests.faults.processes import until
from tests.tenants.factories import TenantFactory

LARGE = 25_000_000
ALLOWED_MB = 250


class Sink(socketserver.ThreadingTCPServer):
    """Takes mail on loopback and throws it away, faster than a server that reads it."""

    daemon_threads = True
    allow_reuse_address = True


class Taking(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 sink")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                end = b""
                while not end.endswith(b"\r\n.\r\n"):
                    got = self.request.recv(1 << 16)
                    if not got:
                        return
                    end = (end + got)[-5:]
            self._say("250 OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def sink() -> Iterator[int]:
    server = Sink(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_burst_of_large_files_does_not_blow_up_a_worker(stage, sink):
    tenant = TenantFactory()
    config = {"host": "127.0.0.1", "port": sink, "security": "none"}
    account_of(tenant, "email.smtp", config=config)
    for _ in range(2):
        messages = many(tenant, 4, channel="email")
        Attachment(
            tenant=tenant,
            content=messages[0].content,
            filename="plan.pdf",
            content_type="application/pdf",
            size=LARGE,
            data=bytes(LARGE),
        ).save()
    worker = stage.worker()

    sent = Message.across_tenants().filter(state="sent")
    assert until(lambda: sent.count() == 8, 90), stage.logs()
    assert _peak_mb(worker.pid) < ALLOWED_MB
    assert_books_balance()


def _peak_mb(pid: int) -> int:
    """The most that the process ever had in memory, as the kernel counts it."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = status.partition("VmHWM:")[2].split()[0]
    return int(kilobytes) // 1000
