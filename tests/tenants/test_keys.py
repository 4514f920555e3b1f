"""API keys: what they look like, what is stored, and how they end."""

# mypy: disable-error-code="union-attr"
# A None where there should be a key fails the test by itself.

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tenants import keys
from tenants.errors import InvalidKeySettings
from tenants.models import ApiKey
from tests.tenants.factories import TenantFactory, UserFactory


@pytest.mark.parametrize("key_type", ["live", "test"])
def test_a_key_has_a_prefix_that_scanners_know_256_bits_and_a_checksum(key_type):
    text = keys.mint(key_type)

    assert re.fullmatch(rf"ntf_{key_type}_[0-9A-Za-z]{{8}}_[0-9A-Za-z]{{49}}", text)
    assert keys.parse(text).key_type == key_type


def test_no_two_keys_are_alike():
    assert len({keys.mint("live") for _index in range(1000)}) == 1000


def test_each_single_wrong_letter_is_noticed_without_a_query():
    text = keys.mint("live")

    for position in range(len(text)):
        wrong = "x" if text[position] != "x" else "y"
        assert keys.parse(text[:position] + wrong + text[position + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ntf_",
        "ntf_live_",
        "ntf_root_12345678_" + "a" * 49,
        "ntf_live_1234567é_" + "a" * 49,
        "ntf_live_12345678_" + "a" * 50_000,
        "Bearer x",
        "\x00" * 65,
    ],
)
def test_what_is_no_key_is_read_as_none(text):
    assert keys.parse(text) is None


def test_a_key_with_something_around_it_is_none():
    text = keys.mint("live")

    assert [keys.parse(t) for t in (text + "\n", " " + text, text + text)] == [None] * 3


def test_changing_the_type_changes_the_hash():
    text = keys.mint("test")
    body = text[:-6].replace("ntf_test", "ntf_live")

    forged = keys.parse(body + keys._crc(body))

    assert forged.secret_hash != keys.parse(text).secret_hash


@pytest.mark.django_db
def test_the_database_holds_no_usable_key():
    key, text = keys.issue(TenantFactory(), name="shop", created_by=UserFactory())

    stored = str(ApiKey.objects.filter(pk=key.pk).values().get())

    assert text not in stored
    assert text.split("_")[3][:43] not in stored
    assert bytes(ApiKey.objects.get().secret_hash) == keys.parse(text).secret_hash


@pytest.mark.django_db
def test_the_pepper_is_part_of_the_hash(settings):
    _key, text = keys.issue(TenantFactory(), name="shop")
    before = keys.parse(text).secret_hash

    settings.KEY_PEPPER = "another"

    assert keys.parse(text).secret_hash != before


@pytest.mark.django_db
def test_a_key_lives_a_year_unless_told_otherwise():
    key, _text = keys.issue(TenantFactory(), name="shop")

    left = key.expires_at - timezone.now()

    assert timedelta(days=364) < left <= timedelta(days=365)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"key_type": "root"},
        {"scopes": ["send", "fly"]},
        {"scopes": []},
        {"channels": ["email", "fax"]},
        {"life": timedelta(days=800)},
        {"life": timedelta(0)},
    ],
)
def test_a_key_that_cannot_be_is_refused(wrong):
    with pytest.raises(InvalidKeySettings):
        keys.issue(TenantFactory(), name="shop", **wrong)

    assert not ApiKey.objects.exists()


@pytest.mark.django_db
def test_rotation_keeps_rights_and_lets_the_old_key_run_out():
    old, old_text = keys.issue(
        TenantFactory(),
        name="shop",
        key_type="test",
        scopes=["read"],
        channels=["sms"],
    )

    new, new_text = keys.rotate(old, overlap=timedelta(hours=1))

    old.refresh_from_db()
    assert (new.tenant, new.name) == (old.tenant, "shop")
    assert (new.key_type, new.scopes, new.channels) == ("test", ["read"], ["sms"])
    assert new_text != old_text
    assert old.expires_at <= timezone.now() + timedelta(hours=1)


@pytest.mark.django_db
def test_a_revoked_key_cannot_be_rotated():
    key, _text = keys.issue(TenantFactory(), name="shop")
    keys.revoke(key)

    with pytest.raises(InvalidKeySettings):
        keys.rotate(key)


@pytest.mark.django_db
def test_revoking_twice_keeps_the_first_moment():
    key, _text = keys.issue(TenantFactory(), name="shop")
    keys.revoke(key)
    first = key.revoked_at

    keys.revoke(key)

    key.refresh_from_db()
    assert key.revoked_at == first
