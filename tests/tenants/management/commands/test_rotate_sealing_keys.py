"""Sealing keys are changed while everything runs."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from notify_project.db.encryption import key_id, open_sealed
from tenants import notices
from tenants.management.commands import rotate_sealing_keys
from tenants.models import JwtIssuer, Notice
from tests.tenants.factories import JwtIssuerFactory, TenantFactory

pytestmark = pytest.mark.django_db
NEW = "new:MTIzNDU2QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


@pytest.fixture(autouse=True)
def sealed_with_the_old_key(monkeypatch):
    monkeypatch.setattr(rotate_sealing_keys, "CHUNK_ROWS", 2)
    tenant = TenantFactory()
    for number in range(5):
        notices.store(tenant, "invitation", {"number": number})
    JwtIssuerFactory(tenant=tenant, shared_secret="0123456789abcdef0123456789abcdef")


def rotate():
    out = StringIO()
    call_command("rotate_sealing_keys", stdout=out)
    return out.getvalue()


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM tenants_notice ORDER BY id")
        return [bytes(row[0]) for row in cursor.fetchall()]


def test_everything_is_readable_with_the_new_key_alone(settings):
    settings.SEALING_KEYS = f"{NEW},{settings.SEALING_KEYS}"

    said = rotate()
    settings.SEALING_KEYS = NEW

    assert "tenants.Notice.data: 5 sealed again with new" in said
    assert [one.data["number"] for one in Notice.objects.all()] == [0, 1, 2, 3, 4]
    assert JwtIssuer.objects.get().shared_secret.startswith("0123")


def test_a_second_run_finds_nothing_to_do(settings):
    settings.SEALING_KEYS = f"{NEW},{settings.SEALING_KEYS}"
    rotate()
    before = stored()

    said = rotate()

    assert said == "Everything is sealed with new.\n"
    assert stored() == before
    assert {key_id(value) for value in before} == {"new"}


def test_a_missing_old_key_is_said_and_nothing_is_lost(settings):
    before = stored()
    settings.SEALING_KEYS = NEW

    with pytest.raises(CommandError, match="values were sealed with a key"):
        rotate()

    assert stored() == before


def test_a_value_written_meanwhile_stays_as_it_was_written(settings, monkeypatch):
    settings.SEALING_KEYS = f"{NEW},{settings.SEALING_KEYS}"
    first = Notice.objects.order_by("id")[0]

    def open_while_somebody_writes(value, *, column):
        if column == "tenants.Notice.data":
            Notice.objects.filter(pk=first.pk).update(data={"number": "fresh"})
        return open_sealed(value, column=column)

    monkeypatch.setattr(rotate_sealing_keys, "open_sealed", open_while_somebody_writes)
    rotate()

    assert [one.data["number"] for one in Notice.objects.all()] == ["fresh", 1, 2, 3, 4]
