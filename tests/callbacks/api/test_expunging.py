"""The edge of deleting what was told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from callbacks import expunging
from callbacks.models import Callback
from notify_project.queue import claiming
from tenants.models import AuditEntry, Tenant
from tests.callbacks.api.test_endpoints import asking
from tests.callbacks.scene import callbacks, endpoint, happened

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_loses_its_content_and_is_audited_without_it(ask: Any, tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    [one] = callbacks(mine)

    answer = ask("POST", f"/notify/callbacks/{one.id}/expunge")
    shown = ask("GET", f"/notify/callbacks/{one.id}").json()
    again = ask("POST", f"/notify/callbacks/{one.id}/resend")

    assert answer.status_code == 200
    assert shown["contentDeletedAt"] == answer.json()["contentDeletedAt"]
    assert shown["body"] == ""
    assert again.status_code == 409
    assert again.json()["type"].endswith("#callback_content_deleted")
    [entry] = AuditEntry.for_tenant(tenant)
    assert entry.action == "content deleted"
    assert "number" not in str(entry.changes)


def test_one_that_is_being_sent_answers_409(ask: Any, tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    claiming.claim(Callback, settings.CALLBACKS_LANE, 1, token=uuid4())

    answer = ask("POST", f"/notify/callbacks/{callbacks(mine)[0].id}/expunge")

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("#callback_busy")
    assert not AuditEntry.for_tenant(tenant).exists()


def test_a_range_is_done_and_can_be_watched(ask: Any, tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant, 2)
    path = f"/notify/registerCallback/{mine.id}/expunge"
    since = (timezone.now() - timedelta(hours=1)).isoformat()

    begun = ask("POST", path, {"since": since})
    for _ in range(2):
        expunging.go_on()
    [shown] = ask("GET", path).json()["data"]

    assert begun.status_code == 202
    assert (begun.json()["count"], begun.json()["finishedAt"]) == (0, None)
    assert shown["expungingId"] == begun.json()["expungingId"]
    assert shown["count"] == 2
    assert shown["finishedAt"] is not None
    [entry] = AuditEntry.for_tenant(tenant)
    assert entry.action == "deletion of content begun"


def test_it_needs_the_right_to_manage(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    reader = asking(tenant, scopes=["read"])
    since = {"since": "2026-01-01T00:00:00Z"}

    one = f"/notify/callbacks/{callbacks(mine)[0].id}/expunge"
    assert reader("POST", one).status_code == 403
    place = f"/notify/registerCallback/{mine.id}/expunge"
    assert reader("POST", place, since).status_code == 403
    assert reader("GET", place).status_code == 200
