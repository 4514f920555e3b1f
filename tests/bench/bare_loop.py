"""A bare loop that makes the calls of a worker, and nothing else: no queue, no rows.

`python -m tests.bench.bare_loop texts|mail PORT COUNT THREADS` prints its seconds.
"""

from __future__ import annotations

import base64
import http.client
import json
import smtplib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from urllib.parse import urlencode

from tests.bench.wording import SENDER, filled, text

_ACCOUNT = "AC" + "0" * 32
_PATH = f"/2010-04-01/Accounts/{_ACCOUNT}/Messages.json"
_LOGIN = base64.b64encode(f"{_ACCOUNT}:{'0' * 32}".encode()).decode()
_HEADERS = {
    "Authorization": f"Basic {_LOGIN}",
    "Content-Type": "application/x-www-form-urlencoded",
}


def texts(port: int) -> Callable[[int], None]:
    """One thread's sender: a POST over its one connection."""
    line = http.client.HTTPConnection("127.0.0.1", port)

    def send(number: int) -> None:
        to = f"+1604{2_000_000 + number}"
        form = {"To": to, "From": "+16045550123", "Body": text(f"k{number}")}
        line.request("POST", _PATH, urlencode(form), _HEADERS)
        answer = line.getresponse()
        made = json.loads(answer.read())
        if answer.status != 201 or not made["sid"]:
            raise RuntimeError(answer.status)

    return send


def mail(port: int) -> Callable[[int], None]:
    """One thread's sender: a mail over its one connection."""
    line = smtplib.SMTP("127.0.0.1", port, local_hostname="localhost")

    def send(number: int) -> None:
        message = EmailMessage()
        subject, body = filled(f"k{number}")
        message["Subject"] = subject
        message["From"] = SENDER
        message["To"] = f"k{number}@example.org"
        message.set_content(body, subtype="html")
        line.send_message(message)

    return send


KINDS = {"texts": texts, "mail": mail}


def run(kind: str, port: int, count: int, threads: int) -> float:
    """Send so many, so many at once; the seconds it took."""
    numbers = iter(range(count))
    lock = threading.Lock()

    def work() -> None:
        send = KINDS[kind](port)
        for number in _shared(numbers, lock):
            send(number)

    started = time.monotonic()
    crew = [threading.Thread(target=work) for _ in range(threads)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return time.monotonic() - started


def _shared(numbers: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        yield number


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    sys.stdout.write(json.dumps({"seconds": run(name, *map(int, numbers))}) + "\n")
