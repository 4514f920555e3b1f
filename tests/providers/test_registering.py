"""Tenants of a directory: its groups are their roles."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notify_project.errors import Invalid
from providers import registering
from providers.downstream import ServiceUnavailable
from providers.models import Service
from providers.registering import AlreadyRegistered
from tenants.models import AuditEntry, Membership, Tenant, User
from tests.providers.directories.test_cstar import GROUPS, PATH, TENANT, user
from tests.tenants.factories import UserFactory

pytestmark = pytest.mark.django_db
ADMINS, DESIGNERS = GROUPS
ROLES = {"admin": [ADMINS], "designer": [DESIGNERS]}


class Directory:
    """CSTAR, with the addresses in each group; None: it is down."""

    def __init__(self, http: HTTPServer) -> None:
        self.groups: dict[str, Sequence[str]] | None = {
            ADMINS: ["ann@gov.bc.ca"],
            DESIGNERS: ["ann@gov.bc.ca", "bob@gov.bc.ca"],
        }
        http.expect_request("/token").respond_with_json({"access_token": "abc"})
        http.expect_request(PATH).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        if self.groups is None:
            return Response(status=503)
        found = [user(one) for one in self.groups[request.args["groupIds"]]]
        return _json({"data": {"users": found}})


@pytest.fixture
def directory(httpserver: HTTPServer) -> Directory:
    registering._asked.clear()
    Service(
        provider="directories.cstar",
        name="CSTAR",
        config={
            "base_url": httpserver.url_for("/api"),
            "token_url": httpserver.url_for("/token"),
            "client_id": "notify",
            "client_secret": "hidden",
        },
    ).save()
    return Directory(httpserver)


def register(**changes: Any) -> Tenant:
    values: dict[str, Any] = {"name": "Roads initiative", "groups": ROLES}
    return registering.register(TENANT, **{**values, **changes})


def roles(tenant: Tenant) -> dict[str, str]:
    rows = Membership.for_tenant(tenant)
    return dict(rows.values_list("user__email", "role"))


def test_a_tenant_is_made_with_its_people_in_their_roles(directory: Directory):
    tenant = register(links={"forms": "https://forms.example.org"})

    assert (tenant.source, tenant.external_id) == ("cstar", TENANT)
    assert tenant.links == {"forms": "https://forms.example.org"}
    assert tenant.slug == "roads-initiative"
    assert roles(tenant) == {"ann@gov.bc.ca": "admin", "bob@gov.bc.ca": "designer"}
    made = User.objects.get(email="bob@gov.bc.ca")
    assert made.is_staff
    assert not made.has_usable_password()
    actions = AuditEntry.for_tenant(tenant).values_list("action", flat=True)
    assert sorted(actions) == ["created", "created", "registered"]


def test_twice_is_once(directory: Directory):
    register()

    with pytest.raises(AlreadyRegistered):
        register(name="Another")

    assert Tenant.objects.count() == 1


def test_people_come_go_and_change_their_role(directory: Directory):
    tenant = register()
    directory.groups = {
        ADMINS: ["bob@gov.bc.ca"],
        DESIGNERS: ["cleo@gov.bc.ca"],
    }

    registering.refresh(tenant)

    assert roles(tenant) == {"bob@gov.bc.ca": "admin", "cleo@gov.bc.ca": "designer"}
    assert User.objects.filter(email="ann@gov.bc.ca").exists()


@pytest.mark.parametrize(
    "groups",
    [{}, {"designer": [DESIGNERS]}, {"admin": []}, {"admin": [ADMINS], "x": ["y"]}],
)
def test_a_tenant_needs_a_group_of_administrators(directory: Directory, groups: Any):
    with pytest.raises(Invalid):
        register(groups=groups)


def test_a_tenant_keeps_its_people_rather_than_be_left_without_administrator(
    directory: Directory,
):
    tenant = register()
    before = roles(tenant)
    directory.groups = {ADMINS: [], DESIGNERS: ["bob@gov.bc.ca"]}

    with pytest.raises(Invalid, match="nobody"):
        registering.refresh(tenant)

    assert roles(tenant) == before


def test_without_a_directory_one_reads_where_to_add_it():
    with pytest.raises(ServiceUnavailable, match="under Services"):
        register()


def test_a_directory_that_is_down_makes_no_tenant(directory: Directory):
    directory.groups = None

    with pytest.raises(ServiceUnavailable):
        register()

    assert not Tenant.objects.exists()


def log_in(address: str) -> None:
    Client().force_login(User.objects.get(email=address))


@pytest.fixture
def tenant(directory: Directory) -> Tenant:
    return register()


def test_a_log_in_brings_the_people_up_to_date(directory: Directory, tenant: Tenant):
    assert directory.groups
    directory.groups[DESIGNERS] = ["cleo@gov.bc.ca"]

    log_in("ann@gov.bc.ca")

    assert roles(tenant) == {"ann@gov.bc.ca": "admin", "cleo@gov.bc.ca": "designer"}


def emptied(directory: Directory) -> None:
    directory.groups = {ADMINS: [], DESIGNERS: []}


def down(directory: Directory) -> None:
    directory.groups = None


@pytest.mark.parametrize("trouble", [emptied, down])
def test_a_directory_in_trouble_keeps_nobody_out(
    directory: Directory, tenant: Tenant, trouble: Callable[[Directory], None]
):
    trouble(directory)
    before = roles(tenant)

    log_in("bob@gov.bc.ca")

    assert roles(tenant) == before


def test_many_log_ins_ask_once(
    directory: Directory, tenant: Tenant, httpserver: HTTPServer
):
    log_in("ann@gov.bc.ca")
    asked = len(httpserver.log)

    log_in("bob@gov.bc.ca")

    assert len(httpserver.log) == asked


def test_who_is_in_no_such_tenant_logs_in_without_a_call(
    directory: Directory, tenant: Tenant, httpserver: HTTPServer
):
    asked = len(httpserver.log)

    Client().force_login(UserFactory())

    assert len(httpserver.log) == asked


def _json(body: Any) -> Response:
    return Response(json.dumps(body), content_type="application/json")
