"""Every route times every method: who gets in, and that strangers learn nothing (S3).

The routes come from the URL resolver, so a new one is tested before anybody thinks of
it: it fails until it is either a tenant's endpoint or on the list of open ones.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from callbacks import endpoints, repeating
from callbacks.wishes import Wish, granted
from delivery.models import ReceivedText
from providers.models import Account, Sender
from recipients import lists, subscribing, suppression
from templates_app import editing
from templates_app.drafts import Draft
from tenants import refusals
from tenants.api import TenantView
from tenants.models import Tenant
from tests.templates_app.drawn import image
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_PROVIDERS = "a provider's signature or token is the credential; else 401"
# Who may come in without a key: the route, and why that is well.
OPEN = {
    "": "leads to the admin, which asks for a log-in",
    "docs": "the description of the API holds nothing of anybody",
    "docs/errors": "the guide that each problem links to",
    "health": "for load balancers; says no more than well or not",
    "health/live": "for load balancers",
    "invitation/<str:uidb64>/<str:token>": "the link in a mail is the credential",
    "metrics": "shows nothing without METRICS_TOKEN",
    "notifications/<slug:lane>/<slug:name>": _PROVIDERS,
    "notifications/<slug:lane>/<slug:name>/<id:account_id>": _PROVIDERS,
    "notifications/<slug:lane>/<slug:name>/<id:account_id>/<str:token>": _PROVIDERS,
    "notifications/<slug:lane>/receive/<slug:name>": _PROVIDERS,
    "openapi.json": "the description of the API",
    "subscriptions/confirm/<str:token>": "the signed link is the credential",
    "unsubscribe/<str:token>": "the signed link is the credential",
    "verify/sender/<str:token>": "the signed link in a mail is the credential",
}
ADMIN = "admin/"  # its pages are walked by the tests of the admin
RANDOM = UUID("019a0000-0000-7000-8000-0000000000aa")


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern as it is matched, such as "api/v1/notify/<id:notify_id>"."""

    path: str
    view: Any

    @property
    def view_class(self) -> Any:
        return getattr(self.view, "view_class", getattr(self.view, "cls", None))

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    def at(self, identity: object) -> str:
        """The path with this id in it, or with those of a mapping, by their names."""
        if isinstance(identity, Mapping):
            filled = re.sub(
                r"<(?:\w+:)?(\w+)>", lambda found: identity[found[1]], self.path
            )
            return f"/{filled}"
        return "/" + re.sub(r"<[^>]+>", str(identity), self.path)


@cache
def routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        elif isinstance(one, URLPattern):
            yield Route(path, one.callback)


def tenants_own() -> list[Route]:
    return [
        one
        for one in routes()
        if isinstance(one.view_class, type) and issubclass(one.view_class, TenantView)
    ]


def test_each_route_is_a_tenants_or_the_admins_or_open_for_a_reason():
    known = {one.path for one in tenants_own()} | set(OPEN)

    unknown = [
        one.path
        for one in routes()
        if one.path not in known and not one.path.startswith(ADMIN)
    ]

    assert unknown == [], "derive the view from TenantView, or say in OPEN why not"


def test_no_reason_is_kept_for_a_route_that_is_gone():
    assert set(OPEN) - {one.path for one in routes()} == set()


def test_each_route_is_at_the_root_and_under_the_version():
    paths = {one.path for one in tenants_own()}
    versioned = {one for one in paths if one.startswith("api/v1/")}

    assert paths - versioned == {one.removeprefix("api/v1/") for one in versioned}


@pytest.mark.parametrize("method", METHODS)
def test_without_a_credential_every_route_answers_401(method: str):
    client = Client()
    for route in tenants_own():
        answer = client.generic(
            method, route.at(RANDOM), "{}", content_type="application/json"
        )

        assert answer.status_code == 401, (method, route.path)
        assert answer["WWW-Authenticate"]


def test_what_is_said_to_the_unknown_is_the_same_everywhere():
    bodies = set()
    for route in tenants_own():
        answer = Client().post(
            route.at(RANDOM), "{", "text/plain", headers={"X-Correlation-Id": "same"}
        )
        bodies.add(answer.content)

    assert len(bodies) == 1


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two tenants that have everything, and know nothing of each other."""

    mine: str
    theirs: str
    their_ids: dict[str, str]
    their_account: str


@pytest.fixture
def neighbours() -> Neighbours:
    keys, ids = [], {}
    for _ in range(2):
        tenant: Tenant = TenantFactory(phone_region="CA")
        keys.append(api_key(tenant, scopes=("send", "read", "manage", "content")))
        ids = _things_of(tenant, keys[-1])
    account = Account.for_tenant(tenant).get()
    return Neighbours(
        mine=keys[0], theirs=keys[1], their_ids=ids, their_account=str(account.id)
    )


def _things_of(tenant: Tenant, key: str) -> dict[str, str]:
    """One of each thing that has an id in a path, by the path's parameter."""
    sender = Sender(
        tenant=tenant,
        channel="email",
        address=f"canary@{tenant.slug}.example.org",
        name="Canary",
        is_default=True,
        verified_at=timezone.now(),
    )
    sender.save()
    Account(
        tenant=tenant, channel="email", provider="email.sandbox", name="Canary"
    ).save()
    draft = Draft("Canary", "Canary", "", "")
    template = editing.create(tenant, name="Canary", channel_code="email", draft=draft)
    answer = ask(key, "POST", "/notifysimple/email", MAIL)
    assert answer.status_code == 202, answer.content
    return {
        "notify_id": answer.json()["notifyId"],
        "template_id": str(template.id),
        "image_id": str(image(tenant, "Canary").id),
        "sender_id": str(sender.id),
        "suppression_id": _suppression(tenant),
        **_endpoints(tenant),
        "text_id": _received_text(tenant),
        **_subscription(tenant),
    }


def _endpoints(tenant: Tenant) -> dict[str, str]:
    events, receipts = (
        endpoints.register(tenant, granted(Wish(url=url), kind=kind))
        for url, kind in (
            ("http://127.0.0.1:9/canary", "events"),
            ("https://127.0.0.1:9/canary", "delivery_status"),
        )
    )
    return {
        "callback_id": str(repeating.example(events)),
        "endpoint_id": str(events.id),
        "callback_api_id": str(receipts.id),
        "service_id": str(tenant.id),
    }


def _subscription(tenant: Tenant) -> dict[str, str]:
    made = lists.create(tenant, name="Canary")
    row = subscribing.subscribe(
        made, channel_code="email", address="canary@example.org", confirmed=True
    )
    return {"list_id": str(made.id), "subscription_id": str(row.id)}


def _received_text(tenant: Tenant) -> str:
    row = ReceivedText(
        tenant=tenant,
        provider="sms.sandbox",
        number="+16045550123",
        sender="+17787001234",
        sender_hash=bytes(32),
        text="Canary",
    )
    row.save()
    return str(row.id)


def _suppression(tenant: Tenant) -> str:
    row, _is_new = suppression.suppress(
        tenant, channel_code="sms", address="+17787001234", reason="stopped"
    )
    return str(row.id)


MAIL = {
    "recipients": {"to": ["canary@example.org"]},
    "content": {"subject": "Canary", "body": "Canary"},
    "correlationId": "canary",
    "tags": ["canary"],
}


def ask(key: str, method: str, path: str, body: Any = None) -> Any:
    return Client().generic(
        method,
        path,
        json.dumps({} if body is None else body),
        content_type="application/json",
        headers={"X-API-KEY": key, "X-Correlation-Id": "same"},
    )


def with_ids() -> list[Route]:
    return [one for one in tenants_own() if one.parameters]


def test_each_id_in_a_path_is_one_that_these_tests_know(neighbours: Neighbours):
    named = {name for one in with_ids() for name in one.parameters}

    assert named == set(neighbours.their_ids), "let _things_of make one"


# What each method needs to get as far as looking the thing up.
BODIES = {"PATCH": [{}, {"action": "cancel"}, {"name": "x"}]}


def test_a_strangers_thing_is_answered_like_one_that_never_was(neighbours: Neighbours):
    for route in with_ids():
        for method in METHODS:
            for body in BODIES.get(method, [{}]):
                theirs, nobodys = (
                    ask(neighbours.mine, method, route.at(identity), body)
                    for identity in (neighbours.their_ids, RANDOM)
                )
                case = (method, route.path, body, theirs.content)
                assert theirs.status_code == nobodys.status_code, case
                assert theirs.content == nobodys.content, case
                assert theirs.headers.keys() == nobodys.headers.keys(), case
                if hasattr(route.view_class, method.lower()) and method != "OPTIONS":
                    assert theirs.status_code in (404, 422), case


def test_neither_queries_nor_time_tell_a_strangers_thing_from_none(
    neighbours: Neighbours, settings: Any
):
    """Not even a guesser who measures learns which ids there are."""
    settings.CACHE_SECONDS = 3600  # else the key may be read anew by one of two
    ask(neighbours.mine, "GET", "/api/v1/notify")
    for route in with_ids():
        identities = (neighbours.their_ids, RANDOM)
        costs = [_cost(neighbours.mine, route.at(one)) for one in identities]
        seconds = [
            median(_seconds(neighbours.mine, route.at(one)) for _turn in range(9))
            for one in identities
        ]

        assert costs[0] == costs[1], route.path
        assert abs(seconds[0] - seconds[1]) < 0.005, route.path


def _cost(key: str, path: str) -> list[str]:
    """The statements of one call, without their values; none is beyond its pace."""
    refusals.forget()
    with CaptureQueriesContext(connection) as captured:
        ask(key, "GET", path)
    value = re.compile(r"'[^']*'|[0-9a-f]{32}|s\d+_x\d+")
    return [value.sub("?", one["sql"]) for one in captured]


def _seconds(key: str, path: str) -> float:
    """Of this thread's own work: what else the machine does is not measured."""
    start = time.thread_time()
    ask(key, "GET", path)
    return time.thread_time() - start


def test_what_a_stranger_tried_has_changed_nothing(neighbours: Neighbours):
    readable = [one for one in with_ids() if hasattr(one.view_class, "get")]
    before = [_shown(neighbours, route) for route in readable]

    for route in with_ids():
        for method in ("PATCH", "DELETE"):
            ask(
                neighbours.mine,
                method,
                route.at(neighbours.their_ids),
                {"action": "cancel"},
            )

    assert [_shown(neighbours, route) for route in readable] == before


def _shown(neighbours: Neighbours, route: Route) -> Any:
    answer = ask(neighbours.theirs, "GET", route.at(neighbours.their_ids))
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?tag=canary",
        "?correlationId=canary",
        "?channel=email",
        "?name=Canary",
        "?status=queued",
        "?limit=200",
    ],
)
def test_no_list_holds_anything_of_the_neighbours(neighbours: Neighbours, query: str):
    lists = [
        one
        for one in tenants_own()
        if not one.parameters and hasattr(one.view_class, "get")
    ]
    assert lists

    for route in lists:
        answer = ask(neighbours.mine, "GET", f"/{route.path}{query}")
        for identity in neighbours.their_ids.values():
            assert identity not in _text(answer), route.path


def test_each_list_shows_its_owner_what_is_theirs(neighbours: Neighbours):
    """Else the lists above would be empty for another reason."""
    shown = "".join(
        _text(ask(neighbours.theirs, "GET", f"/{one.path}"))
        for one in tenants_own()
        if not one.parameters and hasattr(one.view_class, "get")
    )

    for name, identity in neighbours.their_ids.items():
        # A tenant is on no list of its own.
        assert identity in shown or name == "service_id"


def _text(answer: Any) -> str:
    """Also of an answer that is sent as it is made."""
    return str(answer.getvalue().decode())


def test_an_id_in_a_body_or_query_opens_nothing_either(neighbours: Neighbours):
    ids = {**neighbours.their_ids, "account_id": neighbours.their_account}

    def sent(identity: str, change: Any) -> bytes:
        body = json.loads(json.dumps({**MAIL, **change}).replace("$ID", identity))
        answer = ask(neighbours.mine, "POST", "/notifysimple/email", body)
        assert answer.status_code == 422, answer.content
        content: bytes = answer.content.replace(identity.encode(), b"$ID")
        return content

    for name, change in (
        ("template_id", {"content": {"templateId": "$ID"}}),
        ("template_id", {"content": {"template": {"templateId": "$ID"}}}),
        ("sender_id", {"identityId": "$ID"}),
        ("account_id", {"account": "$ID"}),
        ("sender_id", {"account": "$ID"}),
    ):
        assert sent(ids[name], change) == sent(str(RANDOM), change)
    theirs, nobodys = (
        ask(neighbours.mine, "DELETE", f"/notify?notifyId={one}")
        for one in (ids["notify_id"], RANDOM)
    )
    assert theirs.status_code == 404
    assert theirs.content == nobodys.content


@pytest.mark.parametrize(
    "header", ["X-Tenant-ID", "X-Consumer-ID", "X-Consumer-Username"]
)
def test_no_header_makes_another_tenant_of_a_caller(
    neighbours: Neighbours, header: str
):
    path = f"/notify/{neighbours.their_ids['notify_id']}"
    tenant = Sender.across_tenants().get(id=neighbours.their_ids["sender_id"]).tenant

    for value in (str(tenant.id), tenant.slug, tenant.name):
        headers = {"X-API-KEY": neighbours.mine, header: value}
        assert Client().get(path, headers=headers).status_code in (401, 403, 404)
        assert Client().get(path, headers={header: value}).status_code == 401
