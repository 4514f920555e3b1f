"""The edge of what was told: seen, sent again, recovered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from callbacks.models import Callback, Endpoint
from tenants.models import AuditEntry, Tenant
from tests.callbacks.api.test_endpoints import asking
from tests.callbacks.scene import endpoint, happened, receiving, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_attempt_is_seen(ask: Any, tenant: Tenant):
    with receiving(answer=lambda _post: (500, {}), text=b"Sorry") as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        work()

    [listed] = ask("GET", f"/notify/callbacks?callbackId={mine.id}").json()["data"]
    whole = ask("GET", f"/notify/callbacks/{listed['id']}").json()

    assert listed["status"] == "waiting"
    assert listed["attempts"] == 1
    assert listed["nextAttemptAt"] is not None
    [tried] = whole["history"]
    assert tried["httpStatus"] == 500
    assert tried["excerpt"] == "Sorry"
    assert tried["durationMs"] >= 0
    assert '"number":0' in whole["body"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?status=waiting", 2),
        ("?status=delivered", 0),
        ("?type=message.sent", 2),
        ("?type=message.failed", 0),
        ("?callbackId=019a0000-0000-7000-8000-0000000000aa", 0),
    ],
)
def test_they_are_filtered(ask: Any, tenant: Tenant, query: str, count: int):
    endpoint(tenant)
    happened(tenant, 2)

    assert len(ask("GET", f"/notify/callbacks{query}").json()["data"]) == count


@pytest.mark.parametrize("query", ["?status=lost", "?callbackId=7", "?x=1"])
def test_a_filter_that_is_none_is_refused(ask: Any, query: str):
    assert ask("GET", f"/notify/callbacks{query}").status_code == 422


def test_one_is_sent_again_and_audited(ask: Any, tenant: Tenant):
    endpoint(tenant)
    happened(tenant)
    Callback.for_tenant(tenant).update(state="failed", finished_at=timezone.now())
    one = Callback.for_tenant(tenant).get()

    answer = ask("POST", f"/notify/callbacks/{one.id}/resend")

    assert answer.status_code == 202
    assert answer.json()["status"] == "waiting"
    [entry] = AuditEntry.for_tenant(tenant)
    assert entry.action == "sent again"
    assert str(one.body) not in str(entry.changes), "it is for the receiver alone"
    assert entry.changes == {}


def test_an_endpoint_that_is_off_answers_409(ask: Any, tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    one = Callback.for_tenant(tenant).get()
    Endpoint.for_tenant(tenant).update(active=False)
    since = {"since": (timezone.now() - timedelta(hours=1)).isoformat()}
    place = f"/notify/registerCallback/{mine.id}"

    for path, body in (
        (f"/notify/callbacks/{one.id}/resend", None),
        (f"{place}/example", None),
        (f"{place}/recover", since),
    ):
        assert ask("POST", path, body).status_code == 409


def test_an_example_is_sent(ask: Any, tenant: Tenant):
    mine = endpoint(tenant)

    answer = ask("POST", f"/notify/registerCallback/{mine.id}/example")

    assert answer.status_code == 202
    assert answer.json()["type"] == "example.sent"
    assert AuditEntry.for_tenant(tenant).filter(action="example sent").exists()


def test_a_range_is_recovered_and_can_be_watched(ask: Any, tenant: Tenant):
    mine = endpoint(tenant)
    path = f"/notify/registerCallback/{mine.id}/recover"
    since = (timezone.now() - timedelta(hours=1)).isoformat()

    begun = ask("POST", path, {"since": since})

    assert begun.status_code == 202
    assert begun.json()["finishedAt"] is None
    assert ask("GET", path).json()["data"] == [begun.json()]
    assert AuditEntry.for_tenant(tenant).filter(action="recovery begun").exists()


def test_looking_needs_read_and_sending_again_manage(tenant: Tenant):
    mine = endpoint(tenant)
    reader = asking(tenant, scopes=["read"])

    assert reader("GET", "/notify/callbacks").status_code == 200
    path = f"/notify/registerCallback/{mine.id}/example"
    assert reader("POST", path).status_code == 403
