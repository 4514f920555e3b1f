"""Who changed what, without secrets."""

from __future__ import annotations

import json

import pytest

from tenants import auditing
from tenants.models import AuditEntry, User
from tests.tenants.factories import (
    ApiKeyFactory,
    JwtIssuerFactory,
    TenantFactory,
    UserFactory,
)
from tests.tenants.test_callers import caller

pytestmark = pytest.mark.django_db


def test_a_change_is_kept_as_before_and_after():
    tenant, alice = TenantFactory(name="One"), UserFactory(email="alice@example.org")
    before = auditing.snapshot(tenant)

    tenant.name = "Two"
    tenant.save()
    auditing.record(alice, "changed", tenant, tenant=tenant, before=before)

    entry = AuditEntry.for_tenant(tenant).get()
    assert entry.changes == {"name": {"before": "One", "after": "Two"}}
    assert (entry.actor_kind, entry.actor_id) == ("user", alice.pk)
    assert (entry.actor_label, entry.action) == ("alice@example.org", "changed")
    assert (entry.object_type, entry.object_id) == ("tenants.tenant", str(tenant.pk))


def test_secrets_are_only_said_to_have_changed():
    issuer = JwtIssuerFactory(shared_secret="first-secret-0123456789abcdef0123")
    before = auditing.snapshot(issuer)

    issuer.shared_secret = "second-secret-0123456789abcdef012"
    entry = auditing.record(
        None, "changed", issuer, tenant=issuer.tenant, before=before
    )

    assert entry.changes == {"shared_secret": "changed"}
    assert "secret-0123" not in json.dumps(entry.changes) + repr(before)


def test_a_new_row_shows_its_values_and_no_hash():
    key = ApiKeyFactory(secret_hash=b"\x07" * 32)

    entry = auditing.record(None, "created", key, tenant=key.tenant)

    entry.refresh_from_db()
    assert entry.changes["name"] == {"before": None, "after": "a program"}
    assert entry.changes["secret_hash"] == "changed"
    assert entry.actor_label == "system"


def test_passwords_are_never_shown():
    user = UserFactory()

    entry = auditing.record(None, "created", user, tenant=None)

    assert entry.changes["password"] == "changed"
    assert User.objects.get().password not in json.dumps(entry.changes)


def test_what_is_deleted_shows_what_it_was():
    key = ApiKeyFactory(name="old")
    before = auditing.snapshot(key)

    entry = auditing.record(None, "deleted", key, tenant=key.tenant, before=before)

    assert entry.changes["name"] == {"before": "old", "after": None}


def test_a_program_is_named_by_its_key():
    tenant = TenantFactory()

    entry = auditing.record(
        caller(tenant=tenant, name="abcdefgh"), "changed", tenant, tenant=tenant
    )

    assert (entry.actor_kind, entry.actor_label) == ("key", "abcdefgh")


def test_long_texts_are_cut():
    changes = auditing.difference({}, {"body": "short"})
    tenant = TenantFactory.build(name="x" * 5000)

    assert changes == {"body": {"before": None, "after": "short"}}
    assert auditing.snapshot(tenant)["name"] == "x" * 2000 + "..."


def test_nothing_changed_is_an_empty_difference():
    tenant = TenantFactory()

    assert (
        auditing.difference(auditing.snapshot(tenant), auditing.snapshot(tenant)) == {}
    )
