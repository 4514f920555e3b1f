"""`manage.py seed_demo`: what somebody needs who has just typed `make run`.

A tenant with an API key, verified senders, an operator who can log in, an account
that puts mail into the local mailbox, sandboxes for the other channels, and document
003's event type. What was made is told to programs in var/demo.json (mode 0600).
"""

from __future__ import annotations

import json
import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from events import demonstrating
from providers.models import Account, Sender
from tenants import keys
from tenants.callers import ALL_SCOPES
from tenants.models import ApiKey, Membership, Tenant, User

SLUG = "demo"
ADMIN_EMAIL = "admin@example.org"
SENDERS = {"email": "notify@example.org", "sms": "+16045550123"}
MAILBOX_ACCOUNT = "Local mailbox"
SANDBOX_ACCOUNT = "sandbox"
KEY_LIFE = keys.LONGEST_LIFE


class Command(BaseCommand):
    help = "Make the demo tenant of `make run`, or bring it up to date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox-port", type=int, default=settings.MAILBOX_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "The demo is for `make run`. In production use create_tenant."
            )
        path = settings.VAR_DIR / "demo.json"
        known = _read(path)
        with transaction.atomic():
            tenant = _tenant()
            _accounts(tenant, options["mailbox_port"])
            demonstrating.furnish(tenant)
            _write(
                path,
                {
                    "base_url": settings.PUBLIC_URL,
                    "api_key": _api_key(tenant, known.get("api_key", "")),
                    "admin_url": f"{settings.PUBLIC_URL}/admin/",
                    "admin_email": ADMIN_EMAIL,
                    "admin_password": _password(tenant, known),
                    "mailbox": str(settings.MAILBOX_DIR),
                },
            )
        if options["verbosity"]:
            self.stdout.write(f"The demo is described in {path}")


def _tenant() -> Tenant:
    """The demo tenant with its verified senders; what exists stays as it is."""
    tenant, _made = Tenant.objects.get_or_create(slug=SLUG, defaults={"name": "Demo"})
    for channel, address in SENDERS.items():
        if not Sender.for_tenant(tenant).filter(channel=channel).exists():
            Sender(
                tenant=tenant,
                channel=channel,
                address=address,
                name="Notify demo" if channel == "email" else "",
                is_default=True,
                verified_at=timezone.now(),
            ).save()
    return tenant


def _accounts(tenant: Tenant, mailbox_port: int) -> None:
    """Mail goes to the mailbox; text and chat messages to sandboxes of the tenant.

    The mailbox's port may differ from one start to the next, so that is rewritten.
    """
    mailbox = Account.of_system().filter(channel="email", name=MAILBOX_ACCOUNT).first()
    mailbox = mailbox or Account(
        channel="email", provider="email.smtp", name=MAILBOX_ACCOUNT
    )
    config = {"host": "127.0.0.1", "port": mailbox_port, "security": "none"}
    if mailbox.config != config:
        mailbox.config = config
        mailbox.save()
    for channel, key in (("sms", "sms.sandbox"), ("msgApp", "msgapp.sandbox")):
        if not Account.for_tenant(tenant).filter(channel=channel).exists():
            Account(
                tenant=tenant, channel=channel, provider=key, name=SANDBOX_ACCOUNT
            ).save()


def _api_key(tenant: Tenant, text: str) -> str:
    """The key of the last start while it is good, else a new one."""
    shown = keys.parse(text)
    if shown is not None:
        key = ApiKey.for_tenant(tenant).filter(prefix=shown.prefix).first()
        if key and _is_good(key) and bytes(key.secret_hash) == shown.secret_hash:
            return text
    _row, fresh = keys.issue(tenant, name="Demo", scopes=ALL_SCOPES, life=KEY_LIFE)
    return fresh


def _is_good(key: ApiKey) -> bool:
    return key.revoked_at is None and key.expires_at > timezone.now()


def _password(tenant: Tenant, known: dict[str, str]) -> str:
    """The operator's password; a new one only when the file that told it is gone.

    It is not compared with the stored hash: whoever changed it in the admin keeps
    their own.
    """
    user = User.objects.filter(email=ADMIN_EMAIL).first()
    password = known.get("admin_password", "")
    if user is None or not password:
        password = secrets.token_urlsafe(12)
        user = user or User(email=ADMIN_EMAIL, name="Demo operator")
        user.is_staff = user.is_superuser = True
        user.set_password(password)
        user.save()
    if not Membership.for_tenant(tenant).filter(user=user).exists():
        Membership(tenant=tenant, user=user, role=Membership.Role.ADMIN).save()
    return password


def _read(path: Path) -> dict[str, str]:
    """What the last start told; nothing when the file is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the file whole; it holds secrets, so nobody else may read it."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
