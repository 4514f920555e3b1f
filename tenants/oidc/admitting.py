"""Whom the single sign-on lets in: people who have a log-in here, and nobody else.

The first time, a person is found by the address that the provider has verified; from
then on by the provider's own id for them, so that an address that passes to somebody
else there opens nothing here.
"""

from __future__ import annotations

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notify_project.queue.writing import writing
from tenants import auditing
from tenants.models import Identity, User
from tenants.oidc.errors import NotAdmitted
from tenants.oidc.tokens import Claims


def person_of(claims: Claims, *, issuer: str) -> User:
    """The person's log-in here. Raises NotAdmitted."""
    known = _linked(claims, issuer).select_related("user").first()
    user = known.user if known else _invited(claims)
    if not (user.is_active and user.is_staff):
        raise NotAdmitted(_("You may not log in here any more. Ask the operator."))
    if known is None:
        _link(user, issuer, claims.subject)
    return user


def is_known(claims: Claims, *, issuer: str) -> bool:
    """Whether the provider's id alone says who it is, so that no address is needed."""
    return _linked(claims, issuer).exists()


def unlink(user: User) -> int:
    """Forget who the person is at the provider: the next log-in finds them anew by
    their address. How many were forgotten."""
    count, _kinds = Identity.objects.filter(user=user).delete()
    return count


def _linked(claims: Claims, issuer: str) -> QuerySet[Identity]:
    return Identity.objects.filter(issuer=issuer, subject=claims.subject)


def _invited(claims: Claims) -> User:
    if not claims.email:
        raise NotAdmitted(
            _(
                "The single sign-on has not verified your e-mail address, so it lets "
                "nobody in here. Have it verified there, then log in again."
            )
        )
    user = User.objects.filter(email=_stored(claims.email)).first()
    if user is None:
        raise NotAdmitted(
            _(
                "Nobody is invited here under your e-mail address. Ask an "
                "administrator of your tenant to add you under Members."
            )
        )
    return user


def _stored(email: str) -> str:
    """As we keep addresses. Beyond ASCII two letters may have the same small one, so
    that somebody else's address would become this one."""
    return email.lower() if email.isascii() else email


def _link(user: User, issuer: str, subject: str) -> None:
    try:
        with writing():
            Identity(user=user, issuer=issuer, subject=subject).save(force_insert=True)
            auditing.record(user, "single sign-on linked", user, tenant=None, after={})
    except IntegrityError:
        raise NotAdmitted(
            _(
                "Your e-mail address belongs to another account of the single sign-on. "
                "If that is an old one of yours, ask the operator to unlink it."
            )
        ) from None
