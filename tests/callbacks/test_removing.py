"""An endpoint is removed while it is told of something: nobody fails over it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from callbacks import endpoints, removing
from callbacks.calling import Outcome
from callbacks.errors import EndpointNotFound
from callbacks.finishing import Landed, finish
from callbacks.models import Callback, CallbackAttempt, Endpoint
from callbacks.schedule import Answer
from callbacks.wishes import Wish, granted
from notify_project.queue import claiming
from notify_project.queue.writing import writing
from tenants.models import Notice, Tenant
from tests.callbacks.scene import (
    callbacks,
    endpoint,
    happened,
    receiving,
    work,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def remove(one: Endpoint) -> None:
    with writing():
        endpoints.remove(one)


def grace_over() -> None:
    then = timezone.now() - removing.GRACE - timedelta(minutes=1)
    Endpoint.across_tenants().exclude(removed_at=None).update(removed_at=then)


def stored(one: Endpoint) -> bool:
    return Endpoint.for_tenant(one.tenant_id).filter(id=one.id).exists()


def test_it_is_found_by_nobody_at_once_and_all_of_it_goes_in_steps(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    with receiving() as receiver:
        mine, other = endpoint(tenant, receiver.url), endpoint(tenant)
        happened(tenant, 2)
        work()
        remove(mine)
        happened(tenant)
    monkeypatch.setattr(removing, "_STEP", 1)

    with pytest.raises(EndpointNotFound):
        endpoints.find(tenant, mine.id)
    left = []
    for _ in range(3):
        removing.go_on()
        left.append(len(callbacks(mine)))
    grace_over()
    removing.go_on()

    assert left == [1, 0, 0]
    assert not stored(mine)
    assert len(callbacks(other)) == 3
    assert not CallbackAttempt.for_tenant(tenant).filter(http_status=200).exists()


def test_its_row_stays_as_long_as_somebody_may_still_tell_it_something(tenant: Tenant):
    mine = endpoint(tenant)
    remove(mine)

    removing.go_on()

    assert stored(mine)


def test_an_answer_that_comes_after_it_was_removed_is_no_failure(tenant: Tenant):
    mine = endpoint(tenant, failures=9, failing_since=timezone.now())
    happened(tenant)
    token = uuid4()
    claiming.claim(Callback, settings.CALLBACKS_LANE, 1, token=token)
    one = Callback.for_tenant(tenant).select_related("endpoint").get()
    outcome = Outcome(Answer(410, "status"), timezone.now(), 1)

    remove(mine)
    removing.go_on()
    finish([Landed(one, token, outcome)])
    removing.go_on()

    assert callbacks(mine) == []
    assert not Notice.for_tenant(tenant).exists()


@pytest.mark.only_on("postgresql")
def test_what_is_being_told_to_it_meanwhile_fails_nobody(tenant: Tenant):
    mine = endpoint(tenant)
    told, removed, failed = Signal(), Signal(), []

    def tell() -> None:
        try:
            with writing():
                happened(tenant)
                told.set()
                removed.wait(10)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    teller = Thread(target=tell)
    teller.start()
    assert told.wait(10)
    remove(mine)
    removing.go_on()
    removed.set()
    teller.join(10)

    assert failed == []


def test_what_was_told_to_it_late_goes_before_it(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    remove(mine)
    grace_over()

    for _ in range(2):
        removing.go_on()

    assert not stored(mine)


def test_its_place_is_free_at_once(tenant: Tenant):
    url = "http://127.0.0.1:9/hook"
    by_name = endpoints.named(tenant.id, url)
    remove(by_name)

    again = endpoints.named(tenant.id, url)

    assert again.id != by_name.id
    assert again.secret != by_name.secret


def test_whoever_changes_it_meanwhile_is_told_that_it_is_gone(tenant: Tenant):
    mine = endpoint(tenant)
    remove(mine)

    for step in (
        lambda: endpoints.change(mine, granted(Wish(active=True))),
        lambda: endpoints.remove(mine),
    ):
        with pytest.raises(EndpointNotFound):
            step()

    assert not Endpoint.for_tenant(tenant).get(id=mine.id).active
