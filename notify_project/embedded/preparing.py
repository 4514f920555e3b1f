"""Before the parts start: the folder, the ports, the database, and the demo in it."""

from __future__ import annotations

import gc
import os
import sys
import traceback

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from notify_project.embedded.place import (
    CannotStart,
    Place,
    free_port,
    gate,
    lock,
    make_folders,
    require_free,
)


def settle() -> Place:
    """Refuse what cannot work: a database elsewhere, a second run, a taken port.

    Raises CannotStart. The lock of the folder stays with this process.
    """
    if not settings.EMBEDDED:
        raise CannotStart(
            "DATABASE_URL is set, so this is not an installation in one folder. "
            "Unset it for `make run`, or start the parts as docs/guide/operating.md "
            "says."
        )
    os.umask(0o077)  # database, logs and mails are nobody else's
    make_folders(settings.VAR_DIR, settings.MAILBOX_DIR)
    os.set_inheritable(lock(settings.VAR_DIR), True)  # it passes through execv
    require_free(settings.PORT, "PORT")
    gate(settings.VAR_DIR).unlink(missing_ok=True)
    return Place(
        var=settings.VAR_DIR,
        port=settings.PORT,
        mailbox=settings.MAILBOX_DIR,
        mailbox_port=_mailbox_port(),
        broker_url=settings.BROKER_URL,
    )


def begin(place: Place) -> int:
    """Prepare the database in a child process; returns its id.

    A fork, because Django is loaded and the parts need not wait for the work: web and
    worker load their code meanwhile. The child ends with 0 when all is prepared.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    gc.disable()  # it ends soon: looking for litter would take a fifth of its time
    try:
        fill(place)
        code = 0
    except Exception:  # whatever it is: told, and the parent sees the code
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)  # nothing of the parent's may be cleaned up here


def fill(place: Place) -> None:
    """Bring the database to the present schema, and the demo in it up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed_demo", mailbox_port=place.mailbox_port, verbosity=0)
    connections.close_all()


def _mailbox_port() -> int:
    """The port that was asked for, or where nobody asked, any free one."""
    port: int = settings.MAILBOX_PORT
    if "MAILBOX_PORT" not in os.environ:
        return free_port(0 if port == settings.PORT else port)
    if port == settings.PORT:
        raise CannotStart(f"PORT and MAILBOX_PORT are both {port}: change one of them.")
    require_free(port, "MAILBOX_PORT")
    return port
