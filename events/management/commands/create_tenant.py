"""`manage.py create_tenant NAME --admin EMAIL [--sender ADDRESS]`.

Makes the tenant, its first administrator and a live API key, and with --sender a
verified default sender. The key and the administrator's first password are printed
once and stored nowhere.
"""

from __future__ import annotations

import contextlib
import secrets
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from notify_project.embedded.announcing import Demo
from notify_project.errors import NotifyError
from providers.channels.base import channel
from providers.models import Sender
from tenants import auditing, keys
from tenants.callers import ALL_SCOPES
from tenants.models import Membership, Tenant, User


@dataclass(frozen=True, slots=True)
class _Made:
    tenant: Tenant
    key: str
    password: str  # "" if the person had an account before


class Command(BaseCommand):
    help = "Make a tenant with an administrator and a live API key, shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--admin", required=True, metavar="EMAIL")
        parser.add_argument(
            "--sender", metavar="ADDRESS", help="e-mail address or phone number"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                made = _make(options["name"], options["admin"], options["sender"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except NotifyError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"Tenant:   {made.tenant.name} ({made.tenant.pk})")
        self.stdout.write(f"API key:  {made.key}")
        self.stdout.write(f"Log-in:   {_admin_url()}")
        self.stdout.write(f"          {options['admin'].strip().lower()}")
        if made.password:
            self.stdout.write(f"Password: {made.password}")
        self.stdout.write("Key and password are shown this once. Keep them safe.")


def _admin_url() -> str:
    """In one folder the last start knows the port, which this shell may not."""
    if settings.EMBEDDED:
        with contextlib.suppress(OSError, ValueError, KeyError):
            return Demo.read(settings.VAR_DIR / "demo.json").admin_url
    return f"{settings.PUBLIC_URL}/admin/"


def _make(name: str, admin_email: str, address: str | None) -> _Made:
    tenant = _tenant(name.strip())
    user, password = _admin(admin_email)
    membership = Membership(tenant=tenant, user=user, role=Membership.Role.ADMIN)
    membership.save()
    key, text = keys.issue(
        tenant, name="First key", scopes=sorted(ALL_SCOPES - {"content"})
    )
    made = [tenant, membership, key]
    if address:
        made.append(_sender(tenant, address))
    for row in made:
        auditing.record(None, "created", row, tenant=tenant)
    return _Made(tenant, text, password)


def _tenant(name: str) -> Tenant:
    """Its short name follows from the name, and nobody else's may be the same."""
    slug = slugify(name)[:100]
    if not slug:
        raise CommandError(
            f'"{name}" cannot be a tenant\'s name: it needs a letter from a to z or a '
            "digit, for the short name."
        )
    if taken := Tenant.objects.filter(slug=slug).first():
        raise CommandError(
            f'There is a tenant "{taken.name}" with the short name {slug} already. '
            "Choose another name."
        )
    tenant = Tenant(name=name, slug=slug)
    tenant.full_clean()
    tenant.save()
    return tenant


def _admin(email: str) -> tuple[User, str]:
    """The person, and the first password of one who had no account."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(
            f"--admin {email} is not an e-mail address. Give one such as "
            "jane@example.org."
        ) from None
    user = User.objects.filter(email=email).first()
    if user is None:
        password = secrets.token_urlsafe(15)
        return User.objects.create_user(email, password, is_staff=True), password
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return user, ""


def _sender(tenant: Tenant, address: str) -> Sender:
    """The operator vouches for it: verified, and the default of its channel."""
    code = "email" if "@" in address else "sms"
    if code == "sms" and not any(letter.isdigit() for letter in address):
        raise CommandError(
            f"--sender {address} is neither an e-mail address, such as "
            "permits@example.org, nor a phone number, such as +16045550123."
        )
    try:
        normal = channel(code).normalise(address, region=tenant.phone_region)
    except NotifyError as error:
        raise CommandError(f"--sender {address}: {error.message}") from None
    sender = Sender(
        tenant=tenant,
        channel=code,
        address=normal,
        is_default=True,
        verified_at=timezone.now(),
    )
    sender.save()
    return sender
