"""People with a second factor, and what their apps show."""

from __future__ import annotations

import time
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tenants import second_factor, totp
from tenants.models import SecondFactor, User
from tests.tenants.factories import UserFactory


def code_of(secret: bytes, *, at: float | None = None) -> str:
    """What an app shows, now or at that moment."""
    moment = time.time() if at is None else at
    return TOTP(secret, 6, SHA1(), 30).generate(moment).decode()


def with_factor(user: User | None = None) -> tuple[User, bytes, list[str]]:
    """A person who has set one up, with the secret and the recovery codes."""
    person: Any = user or UserFactory()
    secret = totp.new_secret()
    codes = second_factor.set_up(person, secret, code_of(secret))
    return person, secret, codes


def later(user: User) -> None:
    """As if the last code had been used some minutes ago."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is not None:
        SecondFactor.objects.filter(user=user).update(last_step=factor.last_step - 10)
