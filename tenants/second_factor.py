"""The second factor of people who log in: set up, asked for, taken away.

A code of an authenticator app (totp.py), or one of ten recovery codes, each good once.
Who tries how often is counted by the callers (login_failures.py).
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.db.hashing import keyed_hash
from notify_project.errors import Conflict, Invalid
from notify_project.queue.writing import writing
from tenants import auditing, people, sessions, totp
from tenants.models import Membership, RecoveryCode, SecondFactor, Tenant, User

RECOVERY_CODES = 10
# No letter or digit that looks like another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 3, 4  # 59 bits
_OFFER_SALT, _OFFER_SECONDS = "tenants.second_factor", 3600
_SEPARATORS = re.compile(r"[\s-]")


class WrongCode(Invalid):
    """No code of this person's, or one that was used."""


class HasSecondFactor(Conflict):
    """There is one already."""


def is_on(user: User) -> bool:
    """Whether the person has one; one query."""
    return SecondFactor.objects.filter(user=user).exists()


def codes_left(user: User) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(user=user).count()


def offer(user: User) -> str:
    """A new secret in a text that the form of this person brings back; nothing is
    stored before a code of it was seen. `offered` reads it."""
    return signing.dumps(
        [str(user.pk), totp.new_secret().hex()], salt=_OFFER_SALT, compress=False
    )


def offered(user: User, text: str) -> bytes | None:
    """The secret of an offer to this person within the hour."""
    try:
        owner, secret = signing.loads(text, salt=_OFFER_SALT, max_age=_OFFER_SECONDS)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return bytes.fromhex(secret) if owner == str(user.pk) else None


def uri(user: User, secret: bytes) -> str:
    """What the QR code says: this installation, and the person's log-in."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return totp.uri(secret, account=user.email, issuer=f"Notify {host}".strip())


def set_up(user: User, secret: bytes, code: str) -> list[str]:
    """From now on the log-in asks for it. The recovery codes, to be shown once.

    Raises WrongCode if the app does not show codes of that secret, HasSecondFactor.
    """
    step = totp.step_of(secret, _plain(code), now=_now(), after=-1)
    if step is None:
        raise WrongCode(
            _(
                "The code is not right. Type the six digits that the app shows now; if "
                "it happens again, look whether the phone's clock is right."
            ),
            field="code",
        )
    try:
        with writing():
            made = SecondFactor(user=user, secret=secret, last_step=step)
            made.save(force_insert=True)
            auditing.record(user, "second factor set up", user, tenant=None, after={})
            return _fresh_codes(user)
    except IntegrityError:
        raise HasSecondFactor(
            _("You have a second factor already. Take it off first.")
        ) from None


def accepts(user: User, text: str) -> bool:
    """Whether it is a code of the app or a recovery code; it is used up by that."""
    code = _plain(text)
    if len(code) == totp.DIGITS and code.isdigit():
        return _is_of_app(user, code)
    with writing():
        used, _kinds = RecoveryCode.objects.filter(
            user=user, code_hash=_hash(user, code)
        ).delete()
        if used:
            auditing.record(user, "recovery code used", user, tenant=None, after={})
    return bool(used)


def renew_codes(user: User) -> list[str]:
    """Other recovery codes instead of all that there are."""
    with writing():
        auditing.record(user, "recovery codes renewed", user, tenant=None, after={})
        return _fresh_codes(user)


def take_off(user: User) -> None:
    """The person wants none any more."""
    with writing():
        _forget(user)
        auditing.record(user, "second factor taken off", user, tenant=None, after={})


def may_take_away(by: User, person: User) -> bool:
    """Operators from anybody but themselves; an administrator from who works in their
    tenants only: it would weaken that person elsewhere."""
    if by == person:
        return False
    if by.is_superuser:
        return True
    has_a_place = Membership.across_tenants().filter(user=person).exists()
    return has_a_place and people.work_only_with(by, person)


def take_away(
    person: User, *, by: User | None, reason: str, tenant: Tenant | None = None
) -> None:
    """For who has lost it. Their sessions end; the next log-in needs the password
    alone, and leads to setting up a new one where that is required."""
    with writing():
        _forget(person)
        sessions.end_all(person)
        auditing.record(
            by,
            "second factor taken away",
            person,
            tenant=tenant,
            after={"reason": reason},
        )


def _is_of_app(user: User, code: str) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return False
    step = totp.step_of(bytes(factor.secret), code, now=_now(), after=factor.last_step)
    if step is None:
        return False
    # Of two who show the same code at once, the second finds it used.
    fresh = SecondFactor.objects.filter(user=user, last_step__lt=step)
    return fresh.update(last_step=step) == 1


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=_hash(user, _plain(code))) for code in codes
    )
    return codes


def _new_code() -> str:
    groups = (
        "".join(secrets.choice(_LETTERS) for _letter in range(_GROUP))
        for _number in range(_GROUPS)
    )
    return "-".join(groups)


def _forget(user: User) -> None:
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _hash(user: User, code: str) -> bytes:
    return keyed_hash("recovery code", user.pk.bytes, code)


def _plain(text: str) -> str:
    return _SEPARATORS.sub("", text).lower()


def _now() -> float:
    return timezone.now().timestamp()
