"""Keyed hashes: equal for equal input, and useless without the key."""

from __future__ import annotations

import hashlib
from uuid import UUID

from notify_project.db.hashing import address_hash, keyed_hash

ONE = UUID("01900000-0000-7000-8000-000000000001")
TWO = UUID("01900000-0000-7000-8000-000000000002")


def test_the_same_address_of_the_same_tenant_is_found_again():
    assert address_hash(ONE, "jane@example.org") == address_hash(
        ONE, "jane@example.org"
    )


def test_two_tenants_rows_cannot_be_joined_by_it():
    assert address_hash(ONE, "jane@example.org") != address_hash(
        TWO, "jane@example.org"
    )


def test_parts_cannot_be_shifted_into_each_other():
    assert keyed_hash("p", "ab", "c") != keyed_hash("p", "a", "bc")
    assert keyed_hash("p", "ab") != keyed_hash("p", "ab", "")


def test_purposes_are_kept_apart():
    assert keyed_hash("one", "x") != keyed_hash("two", "x")


def test_another_key_gives_another_hash(settings):
    before = address_hash(ONE, "jane@example.org")
    settings.SEARCH_KEY = "another"

    assert address_hash(ONE, "jane@example.org") != before
    assert before != hashlib.sha256(b"jane@example.org").digest()
