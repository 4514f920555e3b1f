"""The correlation id: in, through, and out again."""

import uuid

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from notify_project.observability.correlation import (
    current_correlation_id,
    is_correlation_id,
    set_correlation_id,
)


def show(request):
    if chosen := request.GET.get("body"):
        set_correlation_id(chosen)
    return HttpResponse(current_correlation_id())


urlpatterns = [path("show", show)]

pytestmark = pytest.mark.urls(__name__)


def test_a_callers_id_comes_back_and_is_seen_inside():
    response = Client().get("/show", headers={"X-Correlation-Id": "case-17/a"})

    assert response.content == b"case-17/a"
    assert response["X-Correlation-Id"] == "case-17/a"


def test_without_one_each_request_gets_its_own():
    first, second = (Client().get("/show")["X-Correlation-Id"] for _ in "ab")

    assert uuid.UUID(first) != uuid.UUID(second)


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 101, "é", "a\tb", "a\x7f"])
def test_an_unusable_id_is_replaced(given):
    response = Client().get("/show", headers={"X-Correlation-Id": given})

    assert response.status_code == 200
    assert str(uuid.UUID(response["X-Correlation-Id"])) != given


def test_the_bodys_id_wins_later():
    response = Client().get("/show?body=mine", headers={"X-Correlation-Id": "theirs"})

    assert response["X-Correlation-Id"] == "mine"


def test_errors_carry_the_id():
    response = Client().get("/nothing", headers={"X-Correlation-Id": "case-18"})

    assert (response.status_code, response["X-Correlation-Id"]) == (404, "case-18")


def test_the_id_ends_with_its_request():
    Client().get("/show", headers={"X-Correlation-Id": "case-19"})

    assert current_correlation_id() == ""


def test_an_id_that_cannot_be_a_header_is_not_taken():
    assert not is_correlation_id("a\r\nSet-Cookie: x")
    with pytest.raises(ValueError, match="100 visible"):
        set_correlation_id("a\r\nSet-Cookie: x")
