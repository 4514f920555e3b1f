"""CSTAR on loopback: who is in a tenant's groups.

Answers have the shapes of its own description, backend/src/docs/openapi.yaml.
"""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from providers.directories.cstar import Cstar
from providers.errors import Misconfigured, Permanent, ProviderError, Temporary
from providers.services import Person

TENANT = "f98cbbfb-b96c-4a40-a10b-c2a7e795022c"
GROUPS = (
    "3a3fafee-d41b-4fbe-92df-62dbebf0f73a",
    "8f01087b-edfe-4957-97c4-f0aece2bc514",
)
PATH = f"/api/v1/tenants/{TENANT}/users"


def user(email: Any, name: Any = "Smith, John: MOT: EX") -> dict[str, Any]:
    return {
        "id": "fd33f1cef7ca4b19a71104d4ecf7066b",
        "createdDateTime": "2024-03-21T10:00:00Z",
        "updatedDateTime": "2024-03-21T10:00:00Z",
        "ssoUser": {
            "id": "fd33f1cef7ca4b19a71104d4ecf7066b",
            "ssoUserId": "fd33f1cef7ca4b19a71104d4ecf7066b",
            "firstName": "John",
            "lastName": "Smith",
            "displayName": name,
            "userName": "JSMITH1",
            "email": email,
        },
    }


@pytest.fixture
def cstar(httpserver: HTTPServer) -> Cstar:
    httpserver.expect_request("/token").respond_with_json(
        {"access_token": "abc", "expires_in": 300}
    )
    values = {
        "base_url": httpserver.url_for("/api"),
        "token_url": httpserver.url_for("/token"),
        "client_id": "notify",
        "client_secret": "hidden",
    }
    return Cstar.configured(values)


def test_the_people_of_some_groups_are_asked_for(cstar: Cstar, httpserver: HTTPServer):
    users = [user("John.Smith@gov.bc.ca"), user("john.smith@gov.bc.ca"), user("a@b.ca")]
    httpserver.expect_request(PATH).respond_with_json({"data": {"users": users}})

    found = cstar.people(TENANT, GROUPS)

    name = "Smith, John: MOT: EX"
    assert found == [Person("john.smith@gov.bc.ca", name), Person("a@b.ca", name)]
    request = httpserver.log[-1][0]
    assert request.args["groupIds"] == ",".join(GROUPS)
    assert request.headers["Authorization"] == "Bearer abc"


def test_without_groups_nobody_is_asked_for(cstar: Cstar, httpserver: HTTPServer):
    assert cstar.people(TENANT, ()) == []
    assert httpserver.log == []


@pytest.mark.parametrize("wrong", ["", "../x", "x?y", f"{TENANT}/x"])
def test_an_id_that_is_none_leaves_us_never(
    cstar: Cstar, httpserver: HTTPServer, wrong: str
):
    for tenant, group in ((wrong, GROUPS[0]), (TENANT, wrong)):
        with pytest.raises(Permanent):
            cstar.people(tenant, [group])

    assert httpserver.log == []


@pytest.mark.parametrize(
    "odd", [user(None), user(""), user(5), {}, {"ssoUser": None}, None, "x"]
)
def test_who_has_no_address_is_left_out(cstar: Cstar, httpserver: HTTPServer, odd: Any):
    users = [odd, user("a@b.ca", name=None)]
    httpserver.expect_request(PATH).respond_with_json({"data": {"users": users}})

    assert cstar.people(TENANT, GROUPS) == [Person("a@b.ca")]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((401, Misconfigured), (403, Misconfigured), (404, Permanent)),
        *((429, Temporary), (500, Temporary)),
    ],
)
def test_what_its_answers_mean(
    cstar: Cstar, httpserver: HTTPServer, status: int, error: type[ProviderError]
):
    httpserver.expect_request(PATH).respond_with_json({}, status=status)

    with pytest.raises(ProviderError) as caught:
        cstar.people(TENANT, GROUPS)

    assert type(caught.value) is error


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": {"users": {}}}, []])
def test_an_answer_that_cannot_be_read_takes_nobodys_place(
    cstar: Cstar, httpserver: HTTPServer, answer: Any
):
    httpserver.expect_request(PATH).respond_with_json(answer)

    with pytest.raises(Temporary):
        cstar.people(TENANT, GROUPS)


def test_the_check_looks_at_no_tenant(cstar: Cstar, httpserver: HTTPServer):
    httpserver.expect_request("/api/v1/health").respond_with_json({})

    assert "is well" in cstar.check()
