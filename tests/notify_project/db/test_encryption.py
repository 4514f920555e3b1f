"""Sealed columns open for their own column only, with any key of the ring."""

from __future__ import annotations

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from notify_project.db.encryption import (
    CannotOpen,
    SealedJSONField,
    key_id,
    open_sealed,
    primary_key_id,
    seal,
)
from tenants.models import Notice
from tests.tenants.factories import TenantFactory

K1 = "k1:" + base64.b64encode(b"1" * 32).decode()
K2 = "k2:" + base64.b64encode(b"2" * 32).decode()


@pytest.fixture(autouse=True)
def _one_key(settings):
    settings.SEALING_KEYS = K1


def test_what_is_sealed_opens_and_is_not_readable():
    sealed = seal(b"canary", column="a.B.c")

    assert open_sealed(sealed, column="a.B.c") == b"canary"
    assert b"canary" not in sealed


def test_equal_values_are_sealed_differently():
    assert seal(b"x", column="c") != seal(b"x", column="c")


def test_a_value_does_not_open_in_another_column():
    with pytest.raises(CannotOpen, match="another column"):
        open_sealed(seal(b"x", column="one"), column="two")


@pytest.mark.parametrize("position", [0, 1, 2, 5, -1])
def test_an_altered_value_does_not_open(position):
    sealed = bytearray(seal(b"some value", column="c"))
    sealed[position] ^= 1

    with pytest.raises(CannotOpen):
        open_sealed(bytes(sealed), column="c")


def test_the_first_key_writes_and_all_read(settings):
    old = seal(b"x", column="c")
    settings.SEALING_KEYS = f"{K2},{K1}"
    new = seal(b"x", column="c")

    assert (key_id(old), key_id(new), primary_key_id()) == ("k1", "k2", "k2")
    assert open_sealed(old, column="c") == open_sealed(new, column="c") == b"x"


def test_without_its_key_a_value_says_which_key_it_wants(settings):
    sealed = seal(b"x", column="c")
    settings.SEALING_KEYS = K2

    with pytest.raises(CannotOpen, match="k1"):
        open_sealed(sealed, column="c")


@pytest.mark.parametrize("keys", ["", "k1:", "k1:not base64!", "k1:c2hvcnQ="])
def test_a_key_that_is_none_is_refused(settings, keys):
    settings.SEALING_KEYS = keys

    with pytest.raises(ImproperlyConfigured):
        seal(b"x", column="c")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    max_leaves=10,
)


@given(JSON)
def test_json_comes_back_as_it_went_in(value):
    field = SealedJSONField()

    assert field.decode(field.encode(value)) == value


@pytest.mark.django_db
def test_the_database_holds_ciphertext_only():
    tenant = TenantFactory()
    Notice(tenant=tenant, kind="k", data={"port": 587, "tls": True, "n": None}).save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM tenants_notice")
        (stored,) = cursor.fetchone()

    assert b"port" not in bytes(stored)
    assert Notice.for_tenant(tenant).get().data == {"port": 587, "tls": True, "n": None}
