"""msgApp: named destinations, from a call to the chat system's own webhook."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from providers.models import Account
from tenants.models import Tenant
from tests.journeys.conftest import Caller, work
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

HOOK = "/services/T0/B0/secret"
BODY = {
    "recipients": {"to": ["Ops Team"]},
    "content": {"title": "Deployed", "body": "Version 4.2 is *live*."},
}


@pytest.fixture
def room(tenant: Tenant, httpserver: HTTPServer) -> HTTPServer:
    Account(
        tenant=tenant,
        channel="msgApp",
        provider="msgapp.slack",
        name="Ops team",
        config={"url": httpserver.url_for(HOOK)},
    ).save()
    httpserver.expect_request(HOOK, method="POST").respond_with_data("ok")
    return httpserver


def said(room: HTTPServer) -> list[Any]:
    return [one.json["text"] for one, _ in room.log if one.path == HOOK]


@pytest.mark.parametrize("path", ["/notifysimple/msgapp", "/notifysimple/msgApp"])
def test_a_message_reaches_the_room(caller: Caller, room: HTTPServer, path: str):
    preview = caller.post(f"{path}/preview", BODY).json()
    answer = caller.post(path, BODY)

    assert answer.status_code == 202, answer.content
    assert preview == BODY
    work()
    assert said(room) == ["Deployed\nVersion 4.2 is *live*."]
    status = caller.status(answer.json()["notifyId"])
    assert status["channels"]["msgApp"]["provider"] == "msgapp.slack"
    assert status["channels"]["msgApp"]["recipients"][0]["address"] == "ops team"


def test_chat_goes_along_with_other_channels(caller: Caller, room: HTTPServer):
    body = {
        "msgApp": BODY,
        "sms": {"recipients": {"to": ["7787001234"]}, "content": {"body": "Hi"}},
    }

    answer = caller.post("/notifysimple", body)

    assert answer.json()["channels"] == ["sms", "msgApp"]
    work()
    assert len(said(room)) == 1


def test_a_destination_can_be_used_as_soon_as_it_is_made(
    caller: Caller, tenant: Tenant, httpserver: HTTPServer
):
    refused = caller.post("/notifysimple/msgapp", BODY)
    config = {"url": httpserver.url_for(HOOK)}
    Account(
        tenant=tenant,
        channel="msgApp",
        provider="msgapp.slack",
        name="ops team",
        config=config,
    ).save()

    accepted = caller.post("/notifysimple/msgapp", BODY)

    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["code"] == "unknown_destination"
    assert error["field"] == "recipients.to[0]"
    assert accepted.status_code == 202


@pytest.mark.parametrize(
    "name", ["https://hooks.slack.com/services/x", "nobody", "", "a\nb", "../x"]
)
def test_only_names_of_ones_own_destinations_are_taken(
    caller: Caller, room: HTTPServer, name: str
):
    answer = caller.post("/notifysimple/msgapp", {**BODY, "recipients": {"to": [name]}})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "recipients.to[0]"


def test_a_provider_can_be_named_and_must_be_the_destinations(
    caller: Caller, room: HTTPServer
):
    right = [
        caller.post("/notifysimple/msgapp/preview", {**BODY, "provider": name})
        for name in ("slack", "Slack", "msgapp.slack")
    ]
    wrong = caller.post("/notifysimple/msgapp", {**BODY, "provider": "teams"})

    assert [one.json() for one in right] == [BODY] * 3
    assert wrong.status_code == 422
    [error] = wrong.json()["errors"]
    assert (error["field"], error["code"]) == ("provider", "unknown_account")


def test_of_two_destinations_of_one_name_the_providers_is_taken(
    caller: Caller, room: HTTPServer
):
    Account(channel="msgApp", provider="msgapp.sandbox", name="Ops team").save()

    own = caller.post("/notifysimple/msgapp", BODY).json()
    other = caller.post("/notifysimple/msgapp", {**BODY, "provider": "sandbox"}).json()

    assert "duplicate" not in other
    work()
    assert len(said(room)) == 1
    providers = [
        caller.status(one["notifyId"])["channels"]["msgApp"]["provider"]
        for one in (own, other)
    ]
    assert providers == ["msgapp.slack", "msgapp.sandbox"]


def test_a_strangers_destination_is_nobodys(
    caller: Caller, room: HTTPServer, tenant: Tenant
):
    other: Tenant = TenantFactory()
    Account.across_tenants().filter(tenant=tenant).update(tenant=other)

    assert caller.post("/notifysimple/msgapp", BODY).status_code == 422


def test_an_account_whose_name_is_no_destination_is_in_nobodys_way(
    caller: Caller, room: HTTPServer, tenant: Tenant
):
    Account(
        tenant=tenant,
        channel="msgApp",
        provider="msgapp.sandbox",
        name="Ops / 2nd floor",
    ).save()

    assert caller.post("/notifysimple/msgapp", BODY).status_code == 202


def test_params_can_name_the_destination_and_text_is_markdown_if_it_says_so(
    caller: Caller, room: HTTPServer
):
    body = {
        "params": {"room": "ops team", "version": "4.2"},
        "recipients": {"to": ["{{room}}"]},
        "content": {"message": "**{{version}}** is live", "bodyType": "markdown"},
    }

    answer = caller.post("/notifysimple/msgapp", body)

    assert answer.status_code == 202, answer.content
    work()
    assert said(room) == ["*4.2* is live"]
