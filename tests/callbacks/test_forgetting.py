"""What was told is kept as long as the content that it is about."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from callbacks import forgetting
from callbacks.models import Callback, RetrySchedule
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
