"""A group that another program keeps: in previews, mails and answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notify_project.remembering import forget_everything
from providers.models import Service
from recipients import groups
from recipients.groups import KeptBy
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
FRED, JOAN = "fred@gov.bc.ca", "joan@gov.bc.ca"


@pytest.fixture
def answers(tenant: Tenant, httpserver: HTTPServer) -> list[int]:
    """The group Board, of which the directory says who is in it; a status to say."""
    statuses = [200]

    def answer(request: Request) -> Response:
        people = [{"email": FRED}, {"email": JOAN}]
        return Response(
            json.dumps({"people": people}),
            statuses[-1],
            content_type="application/json",
        )

    httpserver.expect_request("/people").respond_with_handler(answer)
    service = Service(
        tenant=tenant,
        name="People",
        provider="directories.http",
        config={"url": httpserver.url_for("/people")},
    )
    service.save()
    groups.create(
        tenant, name="Board", channel_code="email", kept_by=KeptBy(service, "b-1")
    )
    return statuses


def request_() -> dict[str, Any]:
    return {
        "recipients": {"to": ["jane@example.org"], "cc": [{"group": "Board"}]},
        "content": {"subject": "S", "body": "B"},
    }


def test_preview_and_mail_have_whom_the_directory_names(
    caller: Caller, answers: list[int], mail_server: MailServer
):
    shown = caller.post("/notifysimple/email/preview", request_()).json()
    sent = caller.post("/notifysimple/email", request_())
    work()

    assert sent.status_code == 202
    assert shown["recipients"]["cc"] == [FRED, JOAN]
    [mail] = mail_server.mails
    assert mail.parts()["recipients"] == shown["recipients"]


def test_a_directory_that_is_down_answers_503_in_preview_and_send(
    caller: Caller, answers: list[int], mail_server: MailServer
):
    answers.append(500)

    for path in ("/notifysimple/email/preview", "/notifysimple/email"):
        answer = caller.post(path, request_())

        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert answer.json()["type"].endswith("#service_unavailable")
        assert "the directory People does not answer" in answer.json()["detail"]
    answers.append(200)
    assert caller.post("/notifysimple/email", request_()).status_code == 202


def test_a_design_is_saved_without_asking_it(
    caller: Caller, tenant: Tenant, answers: list[int], mail_server: MailServer
):
    answers.append(500)
    values = {"recipients": {"to": ["{{email}}", {"group": "board"}]}}
    params = {"email": "jane@example.org", "name": "Jane"}

    published(tenant, "told", mail_design(values=values, sample_params=params))

    answers.append(200)
    forget_everything()
    body = {"notificationEventType": "told", "params": params}
    assert caller.post("/notifyevent", body).status_code == 202
    work()
    assert mail_server.mails[0].recipients == ["jane@example.org", FRED, JOAN]
