"""Builders of tenants, people and credentials; they fill in what does not matter."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import factory as factory_boy
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from tenants.keys import issue
from tenants.models import ApiKey, JwtIssuer, Membership, Tenant, User

# factory-boy's own types say that TenantFactory() is a TenantFactory; it is a Tenant.
factory: Any = factory_boy


class Factory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    """Makes and saves one row; `build` makes it only."""

    class Meta:
        abstract = True


@cache
def _hashed(password: str) -> str:
    """Once: it takes half a second, on purpose."""
    return make_password(password)


class TenantFactory(Factory):
    """An active tenant of the operator's making."""

    class Meta:
        model = Tenant

    name = factory.Sequence(lambda number: f"Tenant {number}")
    slug = factory.Sequence(lambda number: f"tenant-{number}")


class UserFactory(Factory):
    """Somebody who may log in to the admin with the password "correct horse"."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    name = factory.Sequence(lambda number: f"Person {number}")
    is_staff = True
    password = factory.LazyFunction(lambda: _hashed("correct horse"))


class MembershipFactory(Factory):
    """A designer's place in a tenant."""

    class Meta:
        model = Membership

    tenant = factory.SubFactory(TenantFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.DESIGNER


class ApiKeyFactory(Factory):
    """A row that nobody knows the secret of; `api_key` makes one that works."""

    class Meta:
        model = ApiKey

    tenant = factory.SubFactory(TenantFactory)
    name = "a program"
    prefix = factory.Sequence(lambda number: f"{number:08d}")
    secret_hash = bytes(32)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class JwtIssuerFactory(Factory):
    """An issuer with a shared secret; its tokens name the tenant by azp."""

    class Meta:
        model = JwtIssuer

    tenant = factory.SubFactory(TenantFactory)
    name = "identity provider"
    issuer = "https://id.example.org/realm"
    audience = "notify"
    claim_value = factory.Sequence(lambda number: f"client-{number}")
    algorithm = JwtIssuer.Algorithm.HS256
    shared_secret = "0123456789abcdef0123456789abcdef"


def api_key(
    tenant: Tenant,
    *,
    key_type: str = "live",
    scopes: tuple[str, ...] = ("send", "read", "manage"),
) -> str:
    """The text of a working key: `client.post(..., headers={"X-API-KEY": text})`."""
    _key, text = issue(tenant, name="a program", key_type=key_type, scopes=scopes)
    return text
