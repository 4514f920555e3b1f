"""Templates by API: made, found, changed, deleted, and never by two at once halfway."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from templates_app.models import TemplateVersion
from tenants.models import Tenant
from tests.journeys.conftest import Caller
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

WELCOME = {
    "name": "Welcome",
    "channel": "email",
    "subject": "Hello {{name}}",
    "body": "Dear {{name}}, your case is {{case.number}}.",
}


def make(caller: Caller, **changes: Any) -> Any:
    return caller.post("/templates", {**WELCOME, **changes})


def test_a_template_is_made_and_found(caller: Caller):
    made = make(caller, description="The first mail", bodyType="html")

    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown == {
        "id": shown["templateId"],
        "templateId": shown["templateId"],
        "name": "Welcome",
        "description": "The first mail",
        "purpose": "template",
        "channel": "email",
        "version": 1,
        "subject": "Hello {{name}}",
        "body": "Dear {{name}}, your case is {{case.number}}.",
        "bodyType": "html",
        "locale": None,
        "renderer": None,
        "layout": None,
        "variants": {},
        "params": ["case.number", "name"],
        "createdAt": shown["createdAt"],
        "updatedAt": shown["updatedAt"],
    }
    assert made["Location"].endswith(f"/api/v1/templates/{shown['id']}")
    assert caller.get(f"/templates/{shown['id']}").json() == shown
    assert caller.get("/templates").json()["data"] == [shown]


def test_other_names_of_the_fields_are_taken(caller: Caller):
    made = caller.post(
        "/templates",
        {
            "name": "Code",
            "channelCode": "sms",
            "message": "{{code}}",
            "engineCode": "mustache",
        },
    ).json()

    assert made["channel"] == "sms"
    assert made["body"] == "{{code}}"
    assert made["renderer"] == "mustache"
    assert "subject" not in made


def test_templates_are_listed_by_channel(caller: Caller):
    make(caller)
    caller.post("/templates", {"name": "Code", "channel": "sms", "body": "{{code}}"})

    found = caller.get("/templates", channel="sms").json()["data"]

    assert [one["name"] for one in found] == ["Code"]
    assert caller.get("/templates", channel="fax").status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"name": None}, "name"),
        ({"channel": None}, "channel"),
        ({"channel": "fax"}, "channel"),
        ({"channel": "sms"}, "subject"),
        ({"subject": ""}, "subject"),
        ({"body": " "}, "body"),
        ({"body": "{{#if x}}"}, "body"),
        ({"body": "Dear {{name"}, "body"),
        ({"subject": "{{/each}}"}, "subject"),
        ({"bodyType": "poem"}, "bodyType"),
        ({"renderer": "word"}, "renderer"),
        ({"renderer": "jinja"}, "renderer"),
        ({"engine": "mustache", "renderer": "handlebars"}, "engine"),
        ({"message": "Other"}, "message"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_sent_cannot_be_saved(
    caller: Caller, changes: dict[str, Any], field: str
):
    answer = make(caller, **changes)

    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert caller.get("/templates").json()["data"] == []


def test_a_mistake_is_told_with_line_and_column(caller: Caller):
    [error] = make(caller, body="Dear\n  {{#if x}}y").json()["errors"]

    assert error["code"] == "template_syntax"
    assert "line 2" in error["message"].lower()


def test_a_name_is_free_or_taken_whatever_its_case(caller: Caller):
    make(caller)

    answer = make(caller, name="WELCOME")

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("#template_name_taken")


def test_a_change_of_wording_is_a_new_version(caller: Caller, tenant: Tenant):
    made = make(caller).json()

    changed = caller.patch(f"/templates/{made['id']}", {"body": "Dear {{name}}"})

    assert changed.status_code == 200
    assert changed.json()["version"] == 2
    assert changed.json()["subject"] == "Hello {{name}}"
    assert changed.json()["params"] == ["name"]
    assert TemplateVersion.for_tenant(tenant).count() == 2


@pytest.mark.parametrize("change", [{}, {"body": WELCOME["body"]}, {"name": "Other"}])
def test_no_change_of_wording_is_no_new_version(
    caller: Caller, tenant: Tenant, change: dict[str, Any]
):
    made = make(caller).json()

    changed = caller.patch(f"/templates/{made['id']}", change).json()

    assert changed["version"] == 1
    assert changed["name"] == change.get("name", "Welcome")


def test_null_goes_back_to_the_default(caller: Caller):
    made = make(caller, bodyType="html", renderer="mustache", description="x").json()

    changed = caller.patch(
        f"/templates/{made['id']}",
        {"bodyType": None, "renderer": None, "description": None},
    ).json()

    assert (changed["bodyType"], changed["renderer"]) == (None, None)
    assert changed["description"] == ""


def test_a_change_is_made_whole_or_not_at_all(caller: Caller):
    make(caller, name="Taken")
    made = make(caller).json()

    answer = caller.patch(f"/templates/{made['id']}", {"body": "New", "name": "Taken"})

    assert answer.status_code == 409
    assert caller.get(f"/templates/{made['id']}").json() == made


def test_two_who_change_it_at_once_both_have_their_say(caller: Caller):
    made = make(caller).json()
    start = Barrier(2)

    def change(fields: dict[str, str]) -> Any:
        start.wait(30)
        try:
            one = Caller(caller.key, Client())
            return one.patch(f"/templates/{made['id']}", fields)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(change, [{"subject": "S"}, {"body": "B"}]))

    assert [one.status_code for one in answers] == [200, 200]
    after = caller.get(f"/templates/{made['id']}").json()
    assert (after["subject"], after["body"], after["version"]) == ("S", "B", 3)


def test_a_deleted_template_is_gone(caller: Caller):
    made = make(caller).json()

    assert caller.delete(f"/templates/{made['id']}").status_code == 204
    assert caller.get(f"/templates/{made['id']}").status_code == 404
    assert caller.delete(f"/templates/{made['id']}").status_code == 404
    assert make(caller).status_code == 201


def test_channel_cannot_be_changed(caller: Caller):
    made = make(caller).json()

    answer = caller.patch(f"/templates/{made['id']}", {"channel": "sms"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "channel"


def test_templates_of_others_are_not_there(caller: Caller):
    made = make(caller).json()
    other: Tenant = TenantFactory()
    stranger = Caller(api_key(other))
    body = {
        "recipients": {"to": ["me@example.com"]},
        "content": {"templateId": made["id"]},
    }

    assert stranger.get("/templates").json()["data"] == []
    assert stranger.get("/templates", name="Welcome").json()["data"] == []
    assert stranger.get(f"/templates/{made['id']}").status_code == 404
    assert stranger.patch(f"/templates/{made['id']}", {}).status_code == 404
    assert stranger.delete(f"/templates/{made['id']}").status_code == 404
    answer = stranger.post("/notifysimple/email", body)
    assert answer.status_code == 422
    assert make(stranger).status_code == 201  # the name is free elsewhere


def test_those_who_may_only_send_cannot_change_templates(tenant: Tenant):
    sender = Caller(api_key(tenant, scopes=("send", "read")))

    assert make(sender).status_code == 403
    assert sender.get("/templates").status_code == 200


def test_the_language_that_it_is_written_in_is_kept(caller: Caller):
    given = {"name": "Bonjour", "channel": "sms", "message": "x", "locale": "fr-CA"}
    made = caller.post("/templates", given).json()
    place = f"/templates/{made['id']}"

    changed = caller.patch(place, {"locale": "fr"})
    cleared = caller.patch(place, {"locale": None})

    assert (made["locale"], changed.json()["locale"]) == ("fr-CA", "fr")
    assert changed.json()["version"] == 1
    assert cleared.json()["locale"] is None


def test_what_is_no_language_is_refused(caller: Caller):
    given = {"name": "Bonjour", "channel": "sms", "message": "x", "locale": "fr_CA!"}

    refused = caller.post("/templates", given)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "locale"


def test_a_name_that_is_taken_is_told_by_its_field(caller: Caller):
    given = {"name": "Code", "channel": "sms", "message": "x"}
    caller.post("/templates", given)

    refused = caller.post("/templates", given)

    assert refused.status_code == 409
    assert refused.json()["errors"][0]["field"] == "name"
