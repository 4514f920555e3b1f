"""A refused call is found again: by whom, what, why; never what it said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from tenants import keys, refusals
from tenants.models import ApiKey, RefusedCall
from tenants.rate_stores import MemoryStore
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
MAIL = "/api/v1/notifysimple/email"


@pytest.fixture
def post(client):
    def send(key, body=None, address=MAIL, **headers):
        return client.post(
            address,
            {"colour": "canary@example.org"} if body is None else body,
            content_type="application/json",
            headers={"X-API-KEY": key, **headers},
        )

    return send


def kept(tenant):
    return list(RefusedCall.for_tenant(tenant).order_by("at", "id"))


def nobodys():
    return list(RefusedCall.of_system().order_by("at", "id"))


def test_a_refused_call_is_kept_with_what_was_wrong_and_nothing_that_it_said(post):
    tenant = TenantFactory()
    key = api_key(tenant)

    answer = post(key, **{"X-Correlation-Id": "order-7"})

    [row] = kept(tenant)
    assert answer.status_code == 422
    assert (row.method, row.path, row.status) == ("POST", MAIL, 422)
    assert (row.key_name, row.key_type) == (keys.parse(key).prefix, "live")
    assert row.code == answer.json()["type"].rpartition("#")[2]
    told = [(one["field"], one["code"]) for one in answer.json()["errors"]]
    assert [(one["field"], one["code"]) for one in row.errors] == told
    assert row.correlation_id == answer.json()["correlationId"] == "order-7"
    assert "canary" not in str(RefusedCall.objects.values())


def test_the_correlation_id_of_the_body_is_the_one_that_finds_it(post):
    tenant = TenantFactory()

    answer = post(api_key(tenant), {"correlationId": "in-the-body"})

    assert answer.json()["correlationId"] == "in-the-body"
    assert kept(tenant)[0].correlation_id == "in-the-body"


def test_a_call_that_is_taken_leaves_nothing(client):
    tenant = TenantFactory()

    answer = client.get("/api/v1/notify", headers={"X-API-KEY": api_key(tenant)})

    assert answer.status_code == 200
    assert kept(tenant) == nobodys() == []


def test_a_key_that_may_not_is_named(post):
    tenant = TenantFactory()

    post(api_key(tenant, scopes=("read",)))

    assert [(one.status, one.code) for one in kept(tenant)] == [(403, "missing_scope")]


@pytest.mark.parametrize("wrong", ["expired", "revoked", "elsewhere", "inactive"])
def test_a_key_that_is_good_no_more_is_its_tenants_matter(post, wrong):
    tenant = TenantFactory(active=wrong != "inactive")
    key = api_key(tenant)
    past = timezone.now() - timedelta(days=1)
    values = {
        "expired": {"expires_at": past},
        "revoked": {"revoked_at": past},
        "elsewhere": {"allowed_addresses": ["203.0.113.0/24"]},
        "inactive": {},
    }[wrong]
    ApiKey.objects.update(name="shop", **values)

    answer = post(key)

    [row] = kept(tenant)
    assert (answer.status_code, row.status) == (401, 401)
    assert row.key_name == keys.parse(key).prefix


def test_whoever_only_knows_a_keys_id_writes_nothing_into_its_tenants_list(post):
    tenant = TenantFactory()
    row, _text = keys.issue(tenant, name="shop")
    made_up = f"ntf_live_{row.prefix}_{'0' * 43}"
    made_up += keys._crc(made_up)

    answer = post(made_up)

    assert answer.status_code == 401
    assert kept(tenant) == []
    assert [(one.tenant_id, one.key_name) for one in nobodys()] == [(None, row.prefix)]


def test_what_is_no_key_at_all_is_nobodys_and_not_kept_as_it_came(client):
    headers = {"Authorization": "Bearer canary.canary.canary"}

    client.get("/api/v1/notify", headers=headers)

    [row] = nobodys()
    assert (row.status, row.key_name) == (401, "")
    assert "canary" not in str(RefusedCall.objects.values())


def test_whoever_brings_no_credential_leaves_nothing(client):
    client.get("/api/v1/notify")
    client.get("/nowhere")

    assert nobodys() == []


def test_names_that_may_be_somebodys_are_hidden(post):
    tenant = TenantFactory()
    key = api_key(tenant)

    post(key, {"jane@example.org": 1, "+17787001234": 2})
    post(key, address="/api/v1/jane@example.org")
    post(key, address="/api/v1/17787001234")

    rows = kept(tenant) + nobodys()
    assert len(rows) >= 1
    stored = str(list(RefusedCall.objects.values()))
    assert "jane" not in stored
    assert "7787001234" not in stored


@pytest.fixture
def time_stands(monkeypatch):
    """However slow the machine is, nothing is paid back meanwhile."""
    store = MemoryStore(clock=lambda: 1000.0)
    monkeypatch.setattr(refusals._pace, "store", store)


@pytest.mark.usefixtures("time_stands")
def test_a_program_that_never_stops_is_written_at_a_bounded_pace_and_counted(post):
    tenant = TenantFactory()
    bad = api_key(tenant, scopes=("read",))
    for _time in range(refusals.CALLS_A_MINUTE_OF_ONE_KEY + 5):
        post(bad)

    post(api_key(tenant, scopes=("manage",)))  # another program's is still seen

    rows = kept(tenant)
    assert len(rows) == refusals.CALLS_A_MINUTE_OF_ONE_KEY + 1
    assert rows[-1].skipped == 5


@pytest.mark.usefixtures("time_stands")
def test_guessing_keys_is_bounded_too(post, monkeypatch):
    monkeypatch.setattr(refusals, "CALLS_A_MINUTE_OF_ONE_TENANT", 5)

    for _time in range(8):
        post(keys.mint("live"))

    assert len(nobodys()) == 5


def test_a_database_that_is_away_takes_no_answer_from_anybody(post, monkeypatch):
    key = api_key(TenantFactory())

    def fail(*_arguments, **_options):
        raise DatabaseError("away")

    monkeypatch.setattr(RefusedCall, "save", fail)

    assert post(key).status_code == 422


def rows_of(tenant, count, *, days_ago=0):
    at = timezone.now() - timedelta(days=days_ago)
    RefusedCall.across_tenants().bulk_create(
        RefusedCall(
            tenant=tenant,
            at=at + timedelta(seconds=number),
            method="POST",
            path="/x",
            status=422,
            correlation_id=str(number),
        )
        for number in range(count)
    )


def test_after_thirty_days_they_go():
    tenant = TenantFactory()
    rows_of(tenant, 1, days_ago=31)
    rows_of(None, 1, days_ago=31)
    rows_of(tenant, 1, days_ago=29)

    refusals.forget_old()

    assert (len(kept(tenant)), len(nobodys())) == (1, 0)


def test_of_one_tenant_the_latest_are_kept_and_the_others_are_left_alone(monkeypatch):
    monkeypatch.setattr(refusals, "KEPT_OF_ONE_TENANT", 3)
    noisy, quiet = TenantFactory(), TenantFactory()
    rows_of(noisy, 5)
    rows_of(None, 5)
    rows_of(quiet, 2)

    refusals.forget_old()

    assert [one.correlation_id for one in kept(noisy)] == ["2", "3", "4"]
    assert (len(nobodys()), len(kept(quiet))) == (3, 2)
