"""A Django view as anybody would write it: reads JSON, stores the rows, answers.

It stores what an accepted call stores, through Django's ORM and in one transaction; it
asks for no key, counts nothing, checks nothing and renders with str.replace.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

from delivery.models import Content, LedgerEntry, Message, Notification, Recipient
from events.models import Fingerprint
from notify_project.db.hashing import address_hash
from tenants.models import Tenant
from tests.bench.wording import SENDER, filled


@cache
def _tenant() -> Tenant:
    return Tenant.objects.get(id=os.environ["BENCH_TENANT"])


def accept(request: HttpRequest) -> JsonResponse:
    """202 with the id of what was stored."""
    data = json.loads(request.body)
    to = data["recipients"]["to"][0]
    with transaction.atomic():
        notification = _store(_tenant(), to, data["params"])
    url = f"{settings.PUBLIC_URL}/notify/{notification.id}"
    answer = {"notifyId": str(notification.id), "statusUrl": url, "status": "accepted"}
    response = JsonResponse(answer, status=202)
    # Else gunicorn sends it in chunks, which the callers do not read.
    response["Content-Length"] = str(len(response.content))
    return response


def _store(tenant: Tenant, to: str, params: dict[str, Any]) -> Notification:
    notification = Notification.objects.create(
        tenant=tenant,
        status="queued",
        correlation_id=str(uuid4()),
        channels=["email"],
        key_type="live",
        key_name="bench",
        params=params,
        decided_by={"email.content.template": "request"},
    )
    content = Content.objects.create(
        tenant=tenant, notification=notification, channel="email", body=_body(to)
    )
    message = Message.objects.create(
        tenant=tenant,
        notification=notification,
        content=content,
        channel="email",
        lane="email-bulk",
        on_unknown="retry_once",
    )
    Recipient.objects.create(
        tenant=tenant,
        message=message,
        kind="to",
        address=to,
        address_hash=address_hash(tenant.id, to),
    )
    LedgerEntry.objects.create(
        tenant=tenant, message=message, became="queued", cause="accepted"
    )
    Fingerprint.objects.create(
        tenant=tenant,
        hash=uuid4().bytes + uuid4().bytes,
        notification=notification,
        expires_at=timezone.now() + timedelta(seconds=300),
    )
    return notification


def _body(to: str) -> dict[str, Any]:
    subject, body = filled(to.partition("@")[0])
    return {
        "texts": {"subject": subject, "body": body},
        "bodyType": "html",
        "bodyKey": "body",
        "sender": SENDER,
        "senderName": "Permits",
        "replyTo": [],
        "headers": {},
    }


urlpatterns = [path("accept", accept)]
