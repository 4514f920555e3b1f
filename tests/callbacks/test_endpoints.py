"""Endpoints: what may be registered, and how secrets change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from callbacks import endpoints, signing, switching
from callbacks.errors import EndpointNotFound, InvalidEndpoint
from callbacks.models import Endpoint
from callbacks.wishes import Wish, granted
from notify_project.db import clock
from notify_project.queue.writing import writing
from tenants.models import Tenant
from tests.callbacks.scene import again, endpoint
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def test_secrets_and_tokens_are_sealed(tenant: Tenant):
    made = endpoints.register(
        tenant, granted(Wish(url=URL, bearer_token="canary-token"))
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, bearer_token FROM callbacks_endpoint")
        [(secret, token)] = cursor.fetchall()
    assert str(made.secret).removeprefix("whsec_").encode() not in bytes(secret)
    assert b"canary" not in bytes(token)


def test_what_is_left_out_stays(tenant: Tenant):
    mine = endpoint(tenant, description="Ours", per_second=7)

    endpoints.change(mine, granted(Wish(concurrency=9)))

    now = again(mine)
    assert (now.description, now.per_second, now.concurrency) == ("Ours", 7, 9)
    assert now.updated_at is not None


def test_what_a_worker_changed_meanwhile_stays(tenant: Tenant):
    mine = endpoint(tenant)
    with writing():
        switching.switch_off(again(mine), "gone", timezone.now())

    endpoints.change(mine, granted(Wish(description="Ours")))
    endpoints.rotate(mine)

    now = again(mine)
    assert (now.description, now.active, now.off_because) == ("Ours", False, "gone")


def test_switched_on_again_it_begins_in_good_health(tenant: Tenant):
    mine = endpoint(
        tenant,
        active=False,
        off_because="failing",
        failures=90,
        failing_since=timezone.now(),
        failed_events=7,
        event_failed_at=timezone.now(),
        held_until=timezone.now() + timedelta(days=1),
    )

    endpoints.change(mine, granted(Wish(active=True)))

    now = again(mine)
    assert (now.active, now.off_because, now.failures) == (True, "", 0)
    assert now.held_until <= clock.now()


def test_switched_off_by_hand_it_says_so(tenant: Tenant):
    mine = endpoint(tenant)

    endpoints.change(mine, granted(Wish(active=False)))

    assert (again(mine).active, again(mine).off_because) == (False, "by_hand")


def test_an_old_secret_is_valid_for_its_time(tenant: Tenant):
    mine = endpoint(tenant)
    first = str(mine.secret)

    endpoints.rotate(mine, keep_seconds=60)

    now = again(mine)
    assert now.secrets(timezone.now()) == [now.secret, first]
    assert now.secrets(timezone.now() + timedelta(seconds=61)) == [now.secret]


def test_of_two_who_rotate_at_once_no_secret_is_lost(tenant: Tenant):
    mine = endpoint(tenant)
    theirs = again(mine)

    endpoints.rotate(mine)
    endpoints.rotate(theirs)

    assert again(mine).secrets(timezone.now())[:2] == [theirs.secret, mine.secret]


def test_a_secret_of_one_s_own_may_replace_it_at_once(tenant: Tenant):
    mine, own = endpoint(tenant), signing.new_secret()

    endpoints.rotate(mine, secret=own, keep_seconds=0)

    assert again(mine).secrets(timezone.now()) == [own]


def test_more_than_ten_old_secrets_are_too_many(tenant: Tenant):
    mine = endpoint(tenant)
    for _ in range(10):
        endpoints.rotate(mine)

    with pytest.raises(InvalidEndpoint):
        endpoints.rotate(mine)

    assert len(again(mine).secrets(timezone.now())) == 11


def test_a_url_that_a_request_names_is_one_endpoint(tenant: Tenant):
    first = endpoints.named(tenant.id, URL)
    second = endpoints.named(tenant.id, URL)

    assert first.id == second.id
    assert first.origin == "named"
    assert endpoints.named(TenantFactory().id, URL).id != first.id


def test_when_it_was_named_last_is_known_to_the_day(tenant: Tenant):
    now = timezone.now()
    young, old = (
        endpoints.named(tenant.id, url).id for url in (f"{URL}/young", f"{URL}/old")
    )
    for key, hours in ((young, 23), (old, 25)):
        then = now - timedelta(hours=hours)
        Endpoint.for_tenant(tenant).filter(id=key).update(used_at=then)

    for url in (f"{URL}/young", f"{URL}/old"):
        endpoints.named(tenant.id, url)

    used = dict(Endpoint.for_tenant(tenant).values_list("id", "used_at"))
    assert used[young] == now - timedelta(hours=23)
    assert used[old] >= now - timedelta(seconds=1)


def test_a_registered_endpoint_is_meant_by_its_url(tenant: Tenant):
    endpoints.named(tenant.id, URL)
    mine = endpoint(tenant, URL)

    assert endpoints.named(tenant.id, URL).id == mine.id


def test_another_tenant_s_is_not_found(tenant: Tenant):
    theirs = endpoint(TenantFactory())

    with pytest.raises(EndpointNotFound):
        endpoints.find(tenant, theirs.id)
