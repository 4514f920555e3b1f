"""What Prometheus is told of callbacks."""

from __future__ import annotations

import pytest

from callbacks.models import Endpoint
from callbacks.schedule import STRAIGHT_FAILURES
from notify_project.observability import metrics
from tests.callbacks.scene import OK, Post, endpoint, happened, receiving, work
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def parked() -> str:
    found = metrics.exposition().splitlines()
    [line] = [one for one in found if one.startswith("notify_callback_parked ")]
    return line.rpartition(" ")[2]


def test_what_waits_for_a_broken_endpoint_is_parked_until_it_is_back():
    well = {"now": False}

    def answer(_post: Post):
        return OK if well["now"] else (503, {})

    with receiving() as other, receiving(answer=answer) as receiver:
        endpoint(TenantFactory(), other.url)
        mine = endpoint(TenantFactory(), receiver.url, failures=STRAIGHT_FAILURES - 1)
        happened(mine.tenant, 3)
        assert parked() == "0"

        work()
        assert parked() == "3"

        well["now"] = True
        Endpoint.across_tenants().update(held_until="2020-01-01T00:00:00Z")
        mine.callbacks.update(due_at="2020-01-01T00:00:00Z")
        work()
        assert parked() == "0"
