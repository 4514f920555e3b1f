"""The consumer that an API gateway has authenticated for us (Kong's headers)."""

from __future__ import annotations

import re
from contextlib import suppress
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.text import slugify

from notify_project.remembering import Memory
from tenants import auditing, people
from tenants.callers import GATEWAY_SCOPES, Caller
from tenants.models import Membership, Tenant
from tenants.models.credentials import KeyType
from tenants.origin import is_from_trusted_proxy

_NAME = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,199}")
_tenants: Memory[tuple[str, str], Tenant] = Memory(
    size=5000, seconds=lambda: settings.CACHE_SECONDS
)


def _is_anonymous(request: HttpRequest) -> bool:
    """Any value but a plain "false": a gateway that says it at all means it."""
    said = request.headers.get("X-Anonymous-Consumer", "false")
    return said.strip().lower() != "false"


def has_consumer(request: HttpRequest) -> bool:
    """Whether a gateway that we trust says who is calling.

    The same headers from anybody else mean nothing. Kong's anonymous consumer is
    nobody. X-Tenant-ID alone is no identity: gateways pass it through unread.
    """
    return (
        is_from_trusted_proxy(request)
        and not _is_anonymous(request)
        and any(_names(request))
    )


def verify_consumer(request: HttpRequest) -> Caller | None:
    """The consumer's caller; None if it is not registered, or its tenant is off.

    Registers it where settings.GATEWAY_AUTO_REGISTER allows. One query every
    settings.CACHE_SECONDS.
    """
    tenant = _tenant_of(_names(request))
    if tenant is None or not tenant.active:
        return None
    return Caller(
        tenant=tenant,
        key_type=KeyType.LIVE,
        scopes=GATEWAY_SCOPES,
        name=tenant.gateway_consumer or "",
    )


def _tenant_of(names: tuple[str, str]) -> Tenant | None:
    remembered = _tenants.get(names)
    if remembered is not None:
        return remembered
    tenant = _find(names)
    if tenant is None and settings.GATEWAY_AUTO_REGISTER:
        tenant = _register(names)
    if tenant is not None:
        # Once, when it was read: a busy consumer would else never be looked up again.
        _tenants.put(names, tenant)
    return tenant


def _names(request: HttpRequest) -> tuple[str, str]:
    """X-Consumer-ID and X-Consumer-Username; "" for what is absent or unreadable."""
    consumer_id = request.headers.get("X-Consumer-ID", "")
    username = request.headers.get("X-Consumer-Username", "")
    return (
        consumer_id if _NAME.fullmatch(consumer_id) else "",
        username if _NAME.fullmatch(username) else "",
    )


def _find(names: tuple[str, str]) -> Tenant | None:
    """By id, else by name: an operator may have written down either."""
    wanted = [name for name in names if name]
    found = {
        tenant.gateway_consumer: tenant
        for tenant in Tenant.objects.filter(gateway_consumer__in=wanted)
    }
    return next((found[name] for name in wanted if name in found), None)


def _register(names: tuple[str, str]) -> Tenant | None:
    """A tenant for a consumer's first call; two first calls make one tenant.

    A consumer whose name is an e-mail address becomes its administrator, the only one;
    of another an operator says who it is.
    """
    consumer_id, username = names
    consumer, name = consumer_id or username, username or consumer_id
    try:
        with transaction.atomic():
            tenant = Tenant.objects.create(
                name=name,
                slug=free_slug(name),
                source=Tenant.Source.GATEWAY,
                gateway_consumer=consumer,
            )
            auditing.record(None, "registered", tenant, tenant=tenant)
            if creator := _address_among(names):
                people.admit(tenant, creator, Membership.Role.ADMIN)
    except IntegrityError:
        return _find(names)
    return tenant


def _address_among(names: tuple[str, str]) -> str:
    for name in names:
        with suppress(ValidationError):
            validate_email(name)
            return name.lower()
    return ""


def free_slug(name: str) -> str:
    """A short name for a tenant that no other has."""
    slug = slugify(name)[:80] or "tenant"
    if not Tenant.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{uuid4().hex[:12]}"
