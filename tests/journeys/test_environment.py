"""Variables of the environment alone make accounts that messages go out by."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from pytest_httpserver import HTTPServer

from providers.environment import follow
from providers.models import Account, Sender
from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, work
from tests.providers.clouds import CREDENTIALS, amazon, inside, verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

TEXT = {"recipients": {"to": ["+447900900123"]}, "content": {"body": "It's 5 €"}}
MAIL = {
    "recipients": {"to": ["ann@example.org"]},
    "content": {"subject": "Été", "body": "Hello"},
}


def only(environment: dict[str, str]) -> None:
    """What the environment makes, and none of the accounts that were there."""
    Account.across_tenants().update(active=False)
    follow(environment)


def outcome(caller: Caller, path: str, body: dict[str, Any], channel: str) -> Any:
    answer = caller.post(path, body)
    assert answer.status_code == 202, answer.content
    work()
    return caller.status(answer.json()["notifyId"])["channels"][channel]


@pytest.fixture
def named(tenant: Tenant) -> Tenant:
    """Texts come from the tenant's own sender: the environment names none."""
    Sender(
        tenant=tenant,
        channel="sms",
        address="GovBC",
        is_default=True,
        verified_at=timezone.now(),
    ).save()
    return tenant


def test_a_text_goes_by_mmg(named: Tenant, caller: Caller, httpserver: HTTPServer):
    httpserver.expect_request("/mmg").respond_with_json({"Reference": 12345678})
    only({"MMG_API_KEY": "m-key", "MMG_URL": httpserver.url_for("/mmg")})

    found = outcome(caller, "/notifysimple/sms", TEXT, "sms")

    assert (found["status"], found["provider"]) == ("sent", "sms.mmg")
    request = httpserver.log[-1][0]
    assert request.headers["Authorization"] == "Basic m-key"
    assert request.json["MSISDN"] == "447900900123"
    assert (request.json["sender"], request.json["msg"]) == ("GovBC", "It's 5 €")


def test_a_text_goes_by_firetext(named: Tenant, caller: Caller, httpserver: HTTPServer):
    httpserver.expect_request("/fire").respond_with_json({"code": 0})
    only({"FIRETEXT_API_KEY": "f-key", "FIRETEXT_URL": httpserver.url_for("/fire")})

    found = outcome(caller, "/notifysimple/sms", TEXT, "sms")

    assert (found["status"], found["provider"]) == ("sent", "sms.firetext")
    form = parse_qs(httpserver.log[-1][0].get_data(as_text=True))
    assert (form["apiKey"], form["from"]) == (["f-key"], ["GovBC"])


def test_a_mail_goes_by_amazon(caller: Caller, mail_server: MailServer):
    with amazon() as url:
        only(
            {
                "AWS_REGION": CREDENTIALS["region"],
                "AWS_ACCESS_KEY_ID": CREDENTIALS["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": CREDENTIALS["secret_access_key"],
                "SES_STUB_URL": url,
            }
        )
        verify(url, "notify@example.org")

        found = outcome(caller, "/notifysimple/email", MAIL, "email")
        kept = inside(url)["ses"]["RawMessage"]

    assert (found["status"], found["provider"]) == ("sent", "email.ses")
    assert [one["source"] for one in kept] == ["notify@example.org"]
    assert mail_server.mails == []
