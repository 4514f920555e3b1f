"""What was told is kept as long as the content that it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from callbacks import endpoints, forgetting, repeating
from callbacks.models import Callback, Endpoint, RetrySchedule
from tenants.models import Tenant
from tests.callbacks.scene import callbacks, endpoint, happened
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.mark.parametrize(("days", "age", "left"), [(30, 31, 0), (30, 29, 1), (0, 3, 1)])
def test_it_goes_with_the_tenant_s_content(days: int, age: int, left: int):
    tenant = TenantFactory(content_retention_days=days)
    mine = endpoint(tenant)
    happened(tenant)
    then = timezone.now() - timedelta(days=age)
    Callback.for_tenant(tenant).update(created_at=then)

    forgetting.forget_old()

    assert len(callbacks(mine)) == left


def test_nothing_goes_while_a_tenant_s_own_schedule_goes_on():
    tenant = TenantFactory(content_retention_days=1)
    RetrySchedule(tenant=tenant, waits=[0, *([86_400] * 7)]).save()
    mine = endpoint(tenant)
    happened(tenant, 2)
    young, old = callbacks(mine)
    for one, days in ((young, 8), (old, 10)):
        then = timezone.now() - timedelta(days=days)
        Callback.for_tenant(tenant).filter(id=one.id).update(created_at=then)

    forgetting.forget_old()

    assert [one.id for one in callbacks(mine)] == [young.id]


def test_what_is_about_a_person_who_is_erased_is_deleted():
    tenant = TenantFactory()
    mine = endpoint(tenant)
    happened(tenant, 2)
    first, second = callbacks(mine)
    subject = uuid4()
    Callback.for_tenant(tenant).filter(id=first.id).update(subject=subject)

    forgetting.forget([subject])
    forgetting.forget([])

    assert [one.id for one in callbacks(mine)] == [second.id]


def named(tenant: Tenant, path: str, *, unused: timedelta) -> Endpoint:
    """One that a request named so long ago."""
    one = endpoints.named(tenant.id, f"http://127.0.0.1:9/{path}")
    then = timezone.now() - unused
    Endpoint.for_tenant(tenant).filter(id=one.id).update(used_at=then)
    return one


def test_endpoints_that_no_request_names_any_more_go():
    tenant = TenantFactory(max_delay_days=10)
    named(tenant, "case/7", unused=timedelta(days=41))
    young = named(tenant, "case/8", unused=timedelta(days=39))
    told = named(tenant, "case/9", unused=timedelta(days=41))
    repeating.example(told)
    known = named(tenant, "case/10", unused=timedelta(days=41))
    endpoints.rotate(known)
    registered = endpoint(tenant, used_at=timezone.now() - timedelta(days=900))
    theirs = named(TenantFactory(), "case/7", unused=timedelta(days=41))

    forgetting.forget_old()

    left = set(Endpoint.kept_by(tenant).values_list("id", flat=True))
    assert left == {young.id, told.id, known.id, registered.id}
    assert Endpoint.kept_by(theirs.tenant_id).exists(), "it delays by 30 days"


def test_one_that_is_named_at_this_moment_stays(monkeypatch: pytest.MonkeyPatch):
    tenant = TenantFactory()
    one = named(tenant, "case/7", unused=timedelta(days=99))
    looked = forgetting._chunks

    def then_named(rows: Any) -> Any:
        for ids in looked(rows):
            endpoints.named(tenant.id, one.url)
            yield ids

    monkeypatch.setattr(forgetting, "_chunks", then_named)

    forgetting.forget_old()

    assert endpoints.find(tenant, one.id).active
