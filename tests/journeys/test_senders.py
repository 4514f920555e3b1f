"""Senders: none, unverified, verified, default; and who may be written in `from`."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from providers.models import Sender
from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.examples import body_of
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

EMAIL = "/notifysimple/email"


def add(caller: Caller, address: str, **more: Any) -> Any:
    answer = caller.post("/senders", {"address": address, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def verify(sender: Any) -> None:
    found = Sender.across_tenants().filter(id=sender["id"])
    found.update(verified_at=timezone.now())


def send(caller: Caller, **changes: Any) -> Any:
    return caller.post(EMAIL, {**body_of("1.1a"), "allowDuplicate": True, **changes})


def test_a_new_sender_has_to_be_verified(caller: Caller):
    made = add(caller, "Office@Example.ORG", name="The Office", replyTo="a@example.org")

    assert made == {
        "id": made["id"],
        "channel": "email",
        "address": "Office@example.org",
        "name": "The Office",
        "replyTo": "a@example.org",
        "isDefault": False,
        "verified": False,
        "verification": made["verification"],
        "createdAt": made["createdAt"],
    }
    assert "link" in made["verification"]
    assert caller.get(f"/senders/{made['id']}").json() == made

    answer = send(caller, **{"from": "office@example.org"})

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("from", "sender_not_verified")
    assert "link" in error["message"]


def test_a_sender_can_be_used_at_once_when_it_is_verified(
    caller: Caller, mail_server: MailServer
):
    made = add(caller, "office@example.org", name="The Office", replyTo="a@example.org")
    assert send(caller, identityId=made["id"]).status_code == 422
    verify(made)

    by_id = send(caller, identityId=made["id"])
    by_address = send(caller, **{"from": "office@example.org"})
    named = send(caller, **{"from": "Ann Lee <office@example.org>"}, replyTo="b@x.org")

    assert [one.status_code for one in (by_id, by_address, named)] == [202] * 3
    work()
    told = {(one.message["From"], one.message["Reply-To"]) for one in mail_server.mails}
    assert told == {
        ("The Office <office@example.org>", "a@example.org"),
        ("Ann Lee <office@example.org>", "b@x.org"),
    }


def test_a_verified_domain_stands_for_its_addresses(caller: Caller):
    domain = add(caller, "example.net")
    add(caller, "jane@example.net")
    assert send(caller, **{"from": "anybody@example.net"}).status_code == 422
    verify(domain)

    for address in ("anybody@example.net", "jane@example.net", "A@EXAMPLE.NET"):
        assert send(caller, **{"from": address}).status_code == 202, address
    for address in ("a@sub.example.net", "a@notexample.net"):
        assert send(caller, **{"from": address}).status_code == 422, address


def test_the_default_is_used_where_nobody_is_named(
    caller: Caller, mail_server: MailServer
):
    made = add(caller, "office@example.org")
    early = caller.patch(f"/senders/{made['id']}", {"isDefault": True})
    verify(made)
    caller.patch(f"/senders/{made['id']}", {"isDefault": True})

    send(caller)

    work()
    assert early.status_code == 422
    assert [one.sender for one in mail_server.mails] == ["office@example.org"]
    defaults = [
        one["address"]
        for one in caller.get("/senders").json()["data"]
        if one["isDefault"]
    ]
    assert defaults == ["office@example.org"]


def test_without_any_sender_the_answer_says_how_to_get_one(caller: Caller):
    [only] = caller.get("/senders").json()["data"]
    assert caller.delete(f"/senders/{only['id']}").status_code == 204
    other: Tenant = TenantFactory()

    answer = send(Caller(api_key(other)))

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"].endswith("/docs/errors#sender_not_configured")
    assert problem["errors"][0]["field"] == "from"
    assert "POST /senders" in problem["detail"]


@pytest.mark.parametrize(
    "given",
    [
        {"from": "nobody@example.org"},
        {"from": "notify@example.org, other@example.org"},
        {"from": "notify@example.org\r\nBcc: a@b.org"},
        {"from": "A\r\nBcc: x@y.org <notify@example.org>"},
        {"from": "not an address"},
        {"from": "\u202eA <notify@example.org>"},
        {"identityId": "019a0000-0000-7000-8000-000000000000"},
        {"identityId": "x"},
        {"identityId": -1},
    ],
)
def test_nobody_else_can_be_written_as_the_sender(
    caller: Caller, given: dict[str, Any]
):
    answer = send(caller, **given)

    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [next(iter(given))]


def test_a_strangers_sender_is_nobodys(caller: Caller):
    made = add(caller, "office@example.org")
    verify(made)
    other: Tenant = TenantFactory()
    stranger = Caller(api_key(other))

    assert stranger.get(f"/senders/{made['id']}").status_code == 404
    assert stranger.patch(f"/senders/{made['id']}", {"name": "x"}).status_code == 404
    assert stranger.delete(f"/senders/{made['id']}").status_code == 404
    assert stranger.get("/senders").json()["data"] == []
    assert send(stranger, identityId=made["id"]).status_code == 422
    assert send(stranger, **{"from": "office@example.org"}).status_code == 422


def test_a_sender_can_be_renamed_and_not_readdressed(caller: Caller):
    made = add(caller, "office@example.org")

    changed = caller.patch(
        f"/senders/{made['id']}",
        {"name": "New", "replyTo": "r@example.org"},
    )
    refused = caller.patch(f"/senders/{made['id']}", {"address": "b@example.org"})

    assert changed.json() == {
        **made,
        "name": "New",
        "replyTo": "r@example.org",
    }
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "address"),
        ({"address": "x"}, "address"),
        ({"address": "a@b@c.org"}, "address"),
        ({"address": None}, "address"),
        ({"address": "a@example.org", "name": "a\nb"}, "name"),
        ({"address": "a@example.org", "name": "\u202e"}, "name"),
        ({"address": "a@example.org", "replyTo": "x"}, "replyTo"),
        ({"address": "a@example.org", "channel": "fax"}, "channel"),
        ({"address": "a@example.org", "isDefault": "yes"}, "isDefault"),
        ({"address": "1900", "channel": "sms", "verified": True}, "verified"),
    ],
)
def test_a_sender_that_cannot_be_is_refused(
    caller: Caller, given: dict[str, Any], field: str
):
    answer = caller.post("/senders", given)

    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_sender_exists_once(caller: Caller):
    add(caller, "office@example.org")

    answer = caller.post("/senders", {"address": "OFFICE@example.org"})

    assert answer.status_code == 409
