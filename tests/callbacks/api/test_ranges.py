"""The edge of what is done to all of a time: sending again, deleting content."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from callbacks.models import Expunging, Recovery
from tenants.models import Tenant
from tests.callbacks.scene import endpoint
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db

ACTS = pytest.mark.parametrize("act", ["recover", "expunge"])


def place(tenant: Tenant, act: str) -> str:
    return f"/notify/registerCallback/{endpoint(tenant).id}/{act}"


def at(**ago: float) -> str:
    return (timezone.now() - timedelta(**ago)).isoformat()


@ACTS
def test_the_last_twenty_are_told_the_newest_first(ask: Any, tenant: Tenant, act: str):
    path = place(tenant, act)
    begun = [ask("POST", path, {"since": at(hours=1)}).json() for _ in range(21)]

    assert ask("GET", path).json()["data"] == begun[:0:-1]


@ACTS
def test_a_time_that_ends_before_it_begins_is_refused(
    ask: Any, tenant: Tenant, act: str
):
    given = {"since": at(hours=1), "until": at(hours=2)}

    answer = ask("POST", place(tenant, act), given)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["since"]
    assert not Recovery.for_tenant(tenant).exists()
    assert not Expunging.for_tenant(tenant).exists()


@ACTS
def test_another_tenants_endpoint_is_not_there(ask: Any, act: str):
    path = place(TenantFactory(), act)

    assert ask("GET", path).status_code == 404
    assert ask("POST", path, {"since": at(hours=1)}).status_code == 404
