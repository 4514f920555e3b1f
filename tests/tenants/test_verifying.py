"""Which keys are good, for how long, and what the answer costs."""

# mypy: disable-error-code="union-attr"
# A None where there should be a caller fails the test by itself.

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notify_project.remembering import forget_everything
from tenants import backoff, keys
from tenants.models import ApiKey
from tenants.verifying import verify_key
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db
HERE = "203.0.113.9"


def test_a_good_key_says_whose_it_is_and_what_it_may_do():
    tenant = TenantFactory()
    key, text = keys.issue(tenant, name="shop", key_type="test", scopes=["read"])

    caller = verify_key(text, address=HERE)

    assert (caller.tenant, caller.key_type, caller.scopes) == (tenant, "test", {"read"})
    assert (caller.name, caller.key_id) == (key.prefix, key.pk)


def test_a_key_costs_one_query_and_then_none(django_assert_num_queries):
    text = api_key(TenantFactory())

    with django_assert_num_queries(1):
        verify_key(text, address=HERE)
    with django_assert_num_queries(0):
        for _index in range(20):
            assert verify_key(text, address=HERE)


def test_what_is_no_key_costs_nothing(django_assert_num_queries):
    good = api_key(TenantFactory())

    with django_assert_num_queries(0):
        assert verify_key(_mistyped(good), address=HERE) is None
        assert verify_key("ntf_live_nothing", address=HERE) is None


def _mistyped(key):
    return key[:-1] + ("y" if key.endswith("x") else "x")


def _revoked(key):
    keys.revoke(key)


def _expired(key):
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())


def _tenant_off(key):
    key.tenant.active = False
    key.tenant.save()


def _deleted(key):
    key.delete()


@pytest.mark.parametrize("ending", [_revoked, _expired, _tenant_off, _deleted])
def test_a_key_that_has_ended_is_refused(ending):
    key, text = keys.issue(TenantFactory(), name="shop")

    ending(key)

    assert verify_key(text, address=HERE) is None


def test_a_revoked_key_is_refused_once_its_memory_has_run_out(settings):
    settings.CACHE_SECONDS = 0.0
    key, text = keys.issue(TenantFactory(), name="shop")
    before = verify_key(text, address=HERE)

    keys.revoke(key)

    assert before is not None
    assert verify_key(text, address=HERE) is None


def test_a_remembered_key_still_expires_on_time():
    key, text = keys.issue(TenantFactory(), name="shop", life=timedelta(hours=1))
    ApiKey.objects.filter(pk=key.pk).update(
        expires_at=timezone.now() + timedelta(milliseconds=300)
    )

    answers = [verify_key(text, address=HERE) is not None]
    while answers[-1] and len(answers) < 1_000_000:
        answers.append(verify_key(text, address=HERE) is not None)

    assert answers[0]
    assert not answers[-1]


def test_the_right_id_with_another_secret_is_refused():
    key, _text = keys.issue(TenantFactory(), name="shop")
    other = keys.mint("live")
    body = f"ntf_live_{key.prefix}_{other.split('_')[3][:43]}"

    assert verify_key(body + keys._crc(body), address=HERE) is None


def test_a_test_key_cannot_pass_for_a_live_one():
    _key, text = keys.issue(TenantFactory(), name="shop", key_type="test")
    body = text[:-6].replace("ntf_test_", "ntf_live_")

    assert verify_key(body + keys._crc(body), address=HERE) is None


def test_a_key_bound_to_addresses_works_from_those_only():
    key, text = keys.issue(TenantFactory(), name="shop")
    key.allowed_addresses = ["198.51.100.0/24", "2001:db8::1"]
    key.save()

    allowed = [
        verify_key(text, address=address) is not None
        for address in ("198.51.100.7", "2001:db8::1", HERE, "", "x")
    ]

    assert allowed == [True, True, False, False, False]


def _wrong(key):
    body = f"ntf_live_{key.prefix}_{keys.mint('live').split('_')[3][:43]}"
    return body + keys._crc(body)


def test_who_guesses_is_soon_refused_without_a_query(django_assert_num_queries):
    key, text = keys.issue(TenantFactory(), name="shop")
    for _index in range(backoff.FREE_FAILURES):
        verify_key(_wrong(key), address=HERE)

    with django_assert_num_queries(0):
        assert verify_key(_wrong(key), address=HERE) is None
        assert verify_key(text, address=HERE) is None
    assert verify_key(text, address="198.51.100.7") is not None


def test_a_guesser_behind_the_same_proxy_cannot_lock_the_owner_out(settings):
    settings.CACHE_SECONDS = 0.0
    key, text = keys.issue(TenantFactory(), name="shop")
    verify_key(text, address=HERE)

    for _index in range(backoff.FREE_FAILURES * 2):
        verify_key(_wrong(key), address=HERE)

    assert verify_key(text, address=HERE) is not None


def test_a_secret_is_in_no_memory_of_ours():
    _key, text = keys.issue(TenantFactory(), name="shop")
    caller = verify_key(text, address=HERE)

    assert text.split("_")[3][:43] not in repr(caller)
    forget_everything()
