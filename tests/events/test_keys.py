"""Answers under an Idempotency-Key: one for equal requests, and none for others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from events import keys
from events.errors import InvalidKey, KeyReused
from events.keys import Answer, Taken
from events.models import IdempotencyKey
from notify_project.db.ids import uuid7
from notify_project.errors import Invalid
from tenants.models import Tenant
from tests.events.scene import caller_of, tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def key(
    tenant: Tenant, text: str = "k", body: Any = None, endpoint: str = "email"
) -> Any:
    return keys.key_of(caller_of(tenant), endpoint, text, body or {"a": 1})


ANSWER = Answer(202, {"notifyId": "1"})


def test_an_answer_is_kept_for_its_key_alone(tenant: Tenant):
    keys.store_answer(key(tenant), ANSWER, now=timezone.now())

    assert keys.earlier_answer(key(tenant)) == Answer(202, {"notifyId": "1"}, True)
    assert keys.earlier_answer(key(tenant, "other")) is None
    assert keys.earlier_answer(key(tenant, endpoint="sms")) is None
    assert keys.earlier_answer(key(tenant_with_mail())) is None
    with pytest.raises(KeyReused):
        keys.earlier_answer(key(tenant, body={"a": 2}))


def test_the_order_of_a_bodys_fields_makes_no_difference(tenant: Tenant):
    one = key(tenant, body={"a": 1, "b": [{"c": 1, "d": 2}]})
    other = key(tenant, body={"b": [{"d": 2, "c": 1}], "a": 1})

    assert one.body_hash == other.body_hash


def test_a_key_is_stored_once_and_again_when_it_has_run_out(tenant: Tenant):
    now = timezone.now()
    keys.store_answer(key(tenant), ANSWER, now=now)

    with pytest.raises(Taken):
        keys.store_answer(key(tenant), ANSWER, now=now)
    keys.store_answer(key(tenant), ANSWER, now=now + timedelta(days=2))
    assert IdempotencyKey.for_tenant(tenant).count() == 1


def test_neither_key_nor_body_can_be_read_from_the_row(tenant: Tenant):
    secret = key(tenant, "secret-key", {"a": "secret"})
    keys.store_answer(secret, ANSWER, now=timezone.now())

    [row] = IdempotencyKey.for_tenant(tenant)
    assert len(bytes(row.key_hash)) == len(bytes(row.body_hash)) == 32
    assert b"secret" not in bytes(row.key_hash) + bytes(row.body_hash)


@pytest.mark.parametrize("text", ["", "a" * 256, "ü", "a\n", "\x00"])
def test_a_key_that_fits_no_header_is_refused(tenant: Tenant, text: str):
    with pytest.raises(InvalidKey):
        key(tenant, text)


@pytest.mark.parametrize("text", ["a", "a" * 255, " spaced out ", "~!@#"])
def test_any_printable_key_is_taken(tenant: Tenant, text: str):
    assert key(tenant, text).key_hash != uuid7().bytes


def made_once(tenant: Tenant, made: list[str], text: str = "k") -> Any:
    def make() -> dict[str, Any]:
        made.append(text)
        return {"id": str(uuid4())}

    return keys.once(caller_of(tenant), "things", text, {"a": 1}, make)


def test_a_thing_is_made_once_under_its_key(tenant: Tenant):
    made: list[str] = []

    first, again, other = (made_once(tenant, made, text) for text in "kko")

    assert made == ["k", "o"]
    assert (first[1], again[1], other[1]) == (False, True, False)
    assert first[0] == again[0] != other[0]


def test_a_thing_that_cannot_be_made_leaves_its_key_free(tenant: Tenant):
    def refuse() -> Any:
        raise Invalid("It has no name.", field="name")

    with pytest.raises(Invalid, match="no name"):
        keys.once(caller_of(tenant), "things", "k", {"a": 1}, refuse)

    assert made_once(tenant, [])[1] is False
