"""Groups that a directory keeps: asked when they are written to, not more often."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notify_project.remembering import forget_everything
from providers.downstream import ServiceUnavailable
from providers.models import Service
from recipients import directories, groups
from recipients.errors import InvalidGroup
from recipients.groups import SOMEBODY, Groups, KeptBy
from recipients.models import Group
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


class Stub:
    """A program that knows who is in which group."""

    def __init__(self, http: HTTPServer) -> None:
        self.asked: list[Request] = []
        self.status = 200
        self.people: list[Any] = [{"email": "Fred@gov.bc.ca"}, {"email": "no address"}]
        http.expect_request("/people").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        body = json.dumps({"people": self.people})
        return Response(body, self.status, content_type="application/json")


@pytest.fixture
def stub(httpserver: HTTPServer) -> Stub:
    return Stub(httpserver)


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(slug="parks")
    return made


def directory(tenant: Tenant | None, http: HTTPServer, **changes: Any) -> Service:
    config = {"url": http.url_for("/people")}
    made = Service(
        tenant=tenant,
        name="People",
        provider="directories.http",
        config=config,
        **changes,
    )
    made.save()
    return made


def kept(tenant: Tenant, service: Service, **values: Any) -> Group:
    given = {"name": "Board", "channel_code": "email", **values}
    return groups.create(tenant, kept_by=KeptBy(service, "b-1"), **given)


def people(group: Group, *, ask: bool = True) -> tuple[str, ...]:
    named = Groups(group.tenant_id, ["Board"], channel_code="email", ask=ask)
    return named.get("Board", field="to[0]").addresses


def test_its_people_are_asked_for_once_in_a_while(
    tenant: Tenant, httpserver: HTTPServer, stub: Stub
):
    group = kept(tenant, directory(tenant, httpserver))

    assert people(group) == people(group) == ("fred@gov.bc.ca",)

    [request] = stub.asked
    assert dict(request.args) == {"tenant": "parks", "group": "b-1"}
    stub.people = []
    forget_everything()
    assert people(group) == ()


def test_a_tenant_of_the_directory_is_known_there_by_its_id(
    httpserver: HTTPServer, stub: Stub
):
    tenant = TenantFactory(external_id="e-7")
    people(kept(tenant, directory(None, httpserver)))

    assert stub.asked[0].args["tenant"] == "e-7"


def test_a_directory_that_does_not_answer_is_told_and_forgets_nobody(
    tenant: Tenant, httpserver: HTTPServer, stub: Stub
):
    group = kept(tenant, directory(tenant, httpserver))
    stub.status = 503

    with pytest.raises(ServiceUnavailable, match=r"to\[0\]: the directory People"):
        people(group)

    stub.status = 200
    assert people(group) == ("fred@gov.bc.ca",), "a failure is not remembered"


def test_one_that_was_switched_off_is_told(tenant: Tenant, httpserver: HTTPServer):
    group = kept(tenant, directory(tenant, httpserver, active=False))

    with pytest.raises(ServiceUnavailable, match="switched off"):
        people(group)


def test_where_it_is_not_asked_somebody_stands_for_its_people(
    tenant: Tenant, httpserver: HTTPServer, stub: Stub
):
    assert people(kept(tenant, directory(tenant, httpserver)), ask=False) == (SOMEBODY,)
    assert stub.asked == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"channel_code": "sms"}, "directory"),
        ({"addresses": ["a@example.org"]}, "members"),
        ({"kept_by": ""}, "directory_group"),
    ],
)
def test_what_cannot_be_is_told_when_it_is_saved(
    tenant: Tenant, httpserver: HTTPServer, values: dict[str, Any], field: str
):
    service = directory(tenant, httpserver)
    reference = values.pop("kept_by", "b-1")
    given = {"name": "Board", "channel_code": "email", **values}

    with pytest.raises(InvalidGroup) as caught:
        groups.create(tenant, kept_by=KeptBy(service, reference), **given)

    assert [one.field for one in caught.value.errors] == [field]


def test_the_database_wants_both_or_neither(tenant: Tenant, httpserver: HTTPServer):
    group = kept(tenant, directory(tenant, httpserver))

    with pytest.raises(IntegrityError), transaction.atomic():
        Group.for_tenant(tenant).filter(id=group.id).update(directory_group="")


def test_a_group_may_move_out_of_its_directory(
    tenant: Tenant, httpserver: HTTPServer, stub: Stub
):
    group = kept(tenant, directory(tenant, httpserver))

    groups.change(group, name="Board", addresses=["joan@gov.bc.ca"])

    assert people(group) == ("joan@gov.bc.ca",)
    assert stub.asked == []


def test_another_tenants_directory_is_not_offered(
    tenant: Tenant, httpserver: HTTPServer
):
    theirs = directory(TenantFactory(), httpserver)
    common = directory(None, httpserver)

    assert list(directories.offered(tenant)) == [common]
    assert theirs not in directories.offered(tenant)
