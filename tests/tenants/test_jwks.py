"""Issuers' public keys: fetched, remembered, renewed."""

from __future__ import annotations

import json

import pytest

from tenants.jwks import KeyStore, KeysUnavailable
from tests.notify_project.test_remembering import Clock
from tests.tenants.identity_provider import IdentityProvider, serving


@pytest.fixture(scope="module")
def key_pairs():
    return IdentityProvider()


@pytest.fixture
def provider(key_pairs, settings):
    settings.EGRESS_ALLOW_HTTP = True
    key_pairs.published = [key_pairs.rsa_jwk("rsa-1"), key_pairs.ec_jwk()]
    key_pairs.body, key_pairs.asked = None, 0
    with serving(key_pairs) as running:
        yield running


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    return KeyStore(clock)


def test_keys_are_found_by_name_and_fetched_once(provider, store):
    for _index in range(5):
        assert store.find(provider.url, kid="rsa-1", algorithm="RS256")
        assert store.find(provider.url, kid="ec-1", algorithm="ES256")

    assert provider.asked == 1


def test_a_key_of_another_kind_is_not_taken(provider, store):
    assert store.find(provider.url, kid="ec-1", algorithm="RS256") is None
    assert store.find(provider.url, kid="rsa-1", algorithm="ES256") is None


def test_without_a_name_the_only_fitting_key_is_taken(provider, store):
    alone = store.find(provider.url, kid=None, algorithm="RS256")
    provider.published.append(provider.rsa_jwk("rsa-2"))

    assert alone is not None
    assert KeyStore().find(provider.url, kid=None, algorithm="RS256") is None


def test_a_new_key_is_found_without_a_restart(provider, store, clock):
    store.find(provider.url, kid="rsa-1", algorithm="RS256")
    provider.published = [provider.rsa_jwk("rsa-2")]

    clock.now = 31.0

    assert store.find(provider.url, kid="rsa-2", algorithm="RS256") is not None
    assert store.find(provider.url, kid="rsa-1", algorithm="RS256") is None


def test_unknown_names_do_not_make_us_ask_more_than_every_half_minute(
    provider, store, clock
):
    for index in range(50):
        store.find(provider.url, kid=f"forged-{index}", algorithm="RS256")
    first = provider.asked
    clock.now = 31.0
    for index in range(50):
        store.find(provider.url, kid=f"forged-{index}", algorithm="RS256")

    assert (first, provider.asked) == (1, 2)


def test_keys_are_renewed_every_ten_minutes(provider, store, clock):
    store.find(provider.url, kid="rsa-1", algorithm="RS256")
    provider.published = []

    clock.now = 601.0

    assert store.find(provider.url, kid="rsa-1", algorithm="RS256") is None


def test_an_issuer_that_is_away_does_not_lock_its_callers_out(provider, store, clock):
    store.find(provider.url, kid="rsa-1", algorithm="RS256")
    provider.body = b"<html>out of order</html>"

    clock.now = 601.0

    assert store.find(provider.url, kid="rsa-1", algorithm="RS256") is not None


def test_the_day_without_its_issuer_begins_with_the_last_answer(provider, store, clock):
    store.find(provider.url, kid="rsa-1", algorithm="RS256")
    clock.now = 80_000.0
    store.find(provider.url, kid="rsa-1", algorithm="RS256")
    provider.body = b"<html>out of order</html>"

    clock.now = 90_000.0

    assert store.find(provider.url, kid="rsa-1", algorithm="RS256") is not None


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"keys": {}}', b"[" * 100_000, b"\xff", b"x" * 300_000]
)
def test_what_is_no_key_set_is_said_to_be_unavailable(provider, store, body):
    provider.body = body

    with pytest.raises(KeysUnavailable) as caught:
        store.find(provider.url, kid="rsa-1", algorithm="RS256")

    assert caught.value.retry_after_seconds == 30


@pytest.mark.parametrize(
    "member",
    [
        {"use": "enc"},
        {"alg": "PS256"},
        {"n": "AQAB"},
        {"n": "!!"},
        {"n": None},
        {"kty": "oct", "k": "c2VjcmV0"},
    ],
)
def test_keys_that_are_not_for_this_are_not_taken(provider, store, member):
    provider.body = json.dumps({"keys": [provider.rsa_jwk("k", **member), 7]}).encode()

    assert store.find(provider.url, kid="k", algorithm="RS256") is None


def test_an_address_inside_is_never_asked(store, settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(KeysUnavailable):
        store.find("https://127.0.0.1:8443/keys", kid=None, algorithm="RS256")


def test_known_keys_do_not_wait_while_somebody_looks_for_others(provider, clock):
    store = KeyStore(clock)
    store.find(provider.url, kid="rsa-1", algorithm="RS256")
    clock.now = 601.0  # old by now, so that each would like to fetch

    with store._key_set(provider.url).lock:
        found = store.find(provider.url, kid="rsa-1", algorithm="RS256")

    assert found is not None
    assert provider.asked == 1
