"""A list that another program keeps: in previews, mails and answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from providers.models import Service
from recipients import lists
from recipients.lists import KeptBy
from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
PEOPLE = [
    {"address": f"p{one}@example.org", "params": {"name": f"P{one}"}}
    for one in range(3)
]


@pytest.fixture
def answers(tenant: Tenant, httpserver: HTTPServer) -> list[int]:
    """The list News, of which the service says who is on it; a status to say."""
    statuses = [200]

    def answer(request: Request) -> Response:
        at = int(request.args.get("cursor", 0))
        more = {"nextCursor": str(at + 2)} if at + 2 < len(PEOPLE) else {}
        body = {"subscribers": PEOPLE[at : at + 2], **more}
        return Response(json.dumps(body), statuses[-1], content_type="application/json")

    httpserver.expect_request("/subs").respond_with_handler(answer)
    service = Service(
        tenant=tenant,
        name="People",
        provider="subscriptions.http",
        config={"url": httpserver.url_for("/subs")},
    )
    service.save()
    lists.create(tenant, name="News", kept_by=KeptBy(service, "n-1"))
    return statuses


def to_list() -> dict[str, Any]:
    return {
        "recipients": {"to": [{"list": "news"}]},
        "content": {"subject": "News", "body": "Dear {{name}}"},
    }


def test_preview_and_mails_have_whom_the_service_names(
    caller: Caller, answers: list[int], mail_server: MailServer
):
    shown = caller.post("/notifysimple/email/preview", to_list()).json()
    sent = caller.post("/notifysimple/email", to_list())
    work()

    assert sent.status_code == 202, sent.content
    assert shown["recipients"]["to"] == [one["address"] for one in PEOPLE]
    texts = {
        mail.recipients[0]: mail.parts()["content"]["body"]
        for mail in mail_server.mails
    }
    assert texts == {
        one["address"]: f"Dear {one['params']['name']}"  # type: ignore[index]
        for one in PEOPLE
    }
    for mail in mail_server.mails:
        assert mail.message["List-Unsubscribe-Post"]


def test_a_service_that_is_down_answers_503_in_preview_and_send(
    caller: Caller, answers: list[int], mail_server: MailServer
):
    answers.append(500)

    for path in ("/notifysimple/email/preview", "/notifysimple/email"):
        answer = caller.post(path, to_list())

        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert answer.json()["type"].endswith("#service_unavailable")
        assert "list News does not answer" in answer.json()["detail"]
    answers.append(200)
    assert caller.post("/notifysimple/email", to_list()).status_code == 202


def test_nobody_is_subscribed_to_it_here(caller: Caller, answers: list[int]):
    body = {"list": "news", "address": "jane@example.org"}

    answer = caller.post("/subscriptions", body)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["list"]
