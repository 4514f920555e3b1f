"""One person, by address: told among everything that is stored, and forgotten here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import phonenumbers
from django.utils.translation import gettext as _

from notify_project.db.hashing import address_hash
from notify_project.errors import Invalid
from providers.channels.base import Channel, channels
from recipients.errors import InvalidMember
from recipients.models import Member, Subscription, Suppression
from tenants.models import Tenant

# What stands where the address was.
ERASED = "erased"
_LONGEST = 320
# What people write between the digits of a number.
_BETWEEN = r"[\s().\-/\u00a0]{0,3}"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be forgotten: the address in its normal forms, and as people write it.

    `hashes` are those that rows keep beside a sealed address.
    """

    tenant_id: UUID
    hashes: frozenset[bytes]
    pattern: re.Pattern[str] = field(repr=False)

    def is_in(self, value: object) -> bool:
        """Whether a text, bytes, or JSON holds the address, in any spelling."""
        if isinstance(value, str):
            return self.pattern.search(value) is not None
        if isinstance(value, bytes | bytearray | memoryview):
            return self.is_in(bytes(value).decode("utf-8", "replace"))
        if isinstance(value, Mapping):
            return any(self.is_in(one) for pair in value.items() for one in pair)
        if isinstance(value, Sequence):
            return any(self.is_in(one) for one in value)
        return False

    def without(self, value: Any) -> Any:
        """The same text or JSON with a word in place of the address."""
        if isinstance(value, str):
            return self.pattern.sub(ERASED, value)
        if isinstance(value, Mapping):
            return {self.without(k): self.without(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.without(one) for one in value]
        return value


def person(tenant: Tenant, address: str) -> Person:
    """Raises InvalidMember for what no channel takes for a person's address."""
    given = address.strip()[:_LONGEST]
    forms = {
        kind.folded(normal)
        for kind in channels()
        if not kind.addresses_are_accounts
        and (normal := _normalised(kind, given, tenant))
    }
    if not forms:
        raise InvalidMember(
            _("Give an e-mail address or a phone number, in full."), field="address"
        )
    spellings = [_spelling(one) for one in sorted({*forms, given})]
    return Person(
        tenant.id,
        frozenset(address_hash(tenant.id, one) for one in forms),
        re.compile("|".join(spellings), re.IGNORECASE),
    )


def forget(person: Person) -> dict[str, int]:
    """How many rows of groups and lists went, and how many of the suppression list
    lost their address: its hash stays, or they would be written to again."""
    members = Member.for_tenant(person.tenant_id).filter(address_hash__in=person.hashes)
    gone, _by_table = members.delete()
    kept = Suppression.for_tenant(person.tenant_id).filter(
        address_hash__in=person.hashes, address__isnull=False
    )
    suppressed = kept.update(address=None, note="")
    _leave_safe_list(person)
    left = Subscription.for_tenant(person.tenant_id).filter(
        address_hash__in=person.hashes
    )
    ended, _by_table = left.delete()
    return {"members": gone, "suppressed": suppressed, "subscriptions": ended}


def _leave_safe_list(person: Person) -> None:
    rows = Tenant.objects.filter(id=person.tenant_id)
    listed: Any = rows.only("safe_list").get().safe_list or []
    kept = [one for one in listed if not person.is_in(one)]
    if kept != listed:
        rows.update(safe_list=kept or None)


def _normalised(kind: Channel, address: str, tenant: Tenant) -> str:
    try:
        return kind.normalise(address, region=tenant.phone_region)
    except Invalid:
        return ""


def _spelling(form: str) -> str:
    """A pattern of one form that is no part of a longer address or number."""
    if "@" in form:
        local, _at, host = form.rpartition("@")
        return (
            rf"(?<![\w.+%\-]){re.escape(local)}(?:@|%40)"
            rf"{re.escape(host)}(?![\w\-]|\.\w)"
        )
    try:
        number = phonenumbers.parse(form)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", form)
        return rf"(?<!\d){_BETWEEN.join(digits)}(?!\d)"
    national = _BETWEEN.join(phonenumbers.national_significant_number(number))
    country = _BETWEEN.join(str(number.country_code))
    return rf"(?<!\d)(?:(?:\+|00)?{country}{_BETWEEN}|0)?{national}(?!\d)"
