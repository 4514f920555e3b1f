"""Over HTTP: how much a tenant may ask, and how it hears what is left."""

from __future__ import annotations

import pytest
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api import TenantView
from tenants.permissions import Public, requires
from tenants.throttling import TenantThrottle
from tests.tenants.factories import TenantFactory, api_key


class Counted(APIView):
    """Anything that callers ask for."""

    permission_classes = [requires("send")]
    throttle_classes = [TenantThrottle]

    def get(self, request):
        if "fail" in request.GET:
            raise ValueError("a mistake of ours")
        return Response({})


class Managed(TenantView):
    """What few keys may."""

    permission_classes = [requires("manage")]

    def get(self, request):
        return Response({})


class Open(APIView):
    """Anything for everybody."""

    permission_classes = [Public]
    throttle_classes = [TenantThrottle]

    def get(self, request):
        return Response({})


urlpatterns = [
    path("counted", Counted.as_view()),
    path("managed", Managed.as_view()),
    path("open", Open.as_view()),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(params=["memory", "database"], autouse=True)
def store(request, settings):
    settings.RATE_LIMIT_STORE = request.param
    hook = "tenants.throttling.RateLimitHeadersMiddleware"
    if hook not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [hook, *settings.MIDDLEWARE]


@pytest.fixture
def ask(client):
    def get(key, address="/counted"):
        return client.get(address, headers={"X-API-KEY": key})

    return get


def left(answer):
    return answer.headers["RateLimit-Remaining"]


def test_every_answer_says_what_is_left(ask, settings):
    settings.REQUESTS_PER_MINUTE_LIVE = 100
    key = api_key(TenantFactory())

    answers = [ask(key), ask(key)]

    assert [left(answer) for answer in answers] == ["99", "98"]
    assert answers[0].headers["RateLimit-Limit"] == "100"
    assert answers[0].headers["RateLimit-Reset"] == "1"
    assert "Retry-After" not in answers[0].headers


def test_too_many_are_refused_with_the_time_to_wait(ask):
    key = api_key(TenantFactory(requests_per_minute_live=3))

    answers = [ask(key) for _index in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert 18 <= int(refused.headers["Retry-After"]) <= 20
    assert "3 requests per minute" in refused.json()["detail"]


def test_test_keys_have_an_allowance_of_their_own(ask):
    tenant = TenantFactory(requests_per_minute_live=50, requests_per_minute_test=1)
    test_key = api_key(tenant, key_type="test")

    answers = [ask(test_key), ask(test_key), ask(api_key(tenant))]

    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert [answer.headers["RateLimit-Limit"] for answer in answers] == ["1", "1", "50"]


def test_all_live_keys_of_a_tenant_count_together(ask):
    tenant = TenantFactory(requests_per_minute_live=2)
    text = [api_key(tenant), api_key(tenant), api_key(tenant)]

    assert [ask(key).status_code for key in text] == [200, 200, 429]


def test_a_noisy_tenant_leaves_the_others_alone(ask):
    noisy, quiet = (TenantFactory(requests_per_minute_live=1) for _index in "ab")
    key = api_key(noisy)
    for _index in range(5):
        ask(key)

    assert ask(api_key(quiet)).status_code == 200


def test_our_own_mistakes_are_counted_too(client):
    client.raise_request_exception = False
    key = api_key(TenantFactory(requests_per_minute_live=10))

    answer = client.get("/counted?fail=1", headers={"X-API-KEY": key})

    assert answer.status_code == 500
    assert left(answer) == "9"


def test_who_may_not_is_counted_all_the_same(ask):
    tenant = TenantFactory(requests_per_minute_live=2)
    key = api_key(tenant, scopes=("send",))

    answers = [ask(key, "/managed") for _index in range(3)]

    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert [left(answer) for answer in answers] == ["1", "0", "0"]


def test_a_call_is_counted_once(ask):
    key = api_key(TenantFactory(requests_per_minute_live=10))

    assert [left(ask(key, "/managed")) for _index in range(2)] == ["9", "8"]


def test_nobody_is_not_counted(client):
    assert "RateLimit-Limit" not in client.get("/counted").headers
    assert "RateLimit-Limit" not in client.get("/open").headers
