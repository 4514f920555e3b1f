"""The peer's process: queues mails with django-post_office and sends them from there.

`python -m tests.bench.peer COUNT` prints the seconds that sending took.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.peer_settings"
django.setup()

from post_office import mail  # noqa: E402 - after the set-up
from post_office.models import STATUS, Email  # noqa: E402

from tests.bench.wording import SENDER, filled  # noqa: E402


def send(count: int) -> float:
    """Seconds from the queue being full to it being empty, outcomes stored."""
    Email.objects.all().delete()
    mail.send_many([_mail(number) for number in range(count)])
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        mail.send_queued_mail_until_done(str(Path(folder) / "lock"))
        seconds = time.monotonic() - began
    sent = Email.objects.filter(status=STATUS.sent).count()
    if sent != count:
        raise RuntimeError(f"{sent} of {count} mails were sent.")
    return seconds


def _mail(number: int) -> dict[str, object]:
    key = f"p{number}"
    subject, body = filled(key)
    return {
        "recipients": f"{key}@example.org",
        "sender": SENDER,
        "subject": subject,
        "html_message": body,
    }


if __name__ == "__main__":
    seconds = send(int(sys.argv[1]))
    sys.stdout.write(json.dumps({"seconds": seconds}) + "\n")
