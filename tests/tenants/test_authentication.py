"""Over HTTP: who gets in, as whom, and what everybody else is told."""

from __future__ import annotations

import ipaddress
import json

import jwt
import pytest
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import keys, last_used
from tenants.callers import caller_of
from tenants.models import ApiKey
from tenants.permissions import requires
from tests.tenants.factories import JwtIssuerFactory, TenantFactory, api_key
from tests.tenants.identity_provider import claims


class WhoAmI(APIView):
    """Says as whom the request came in."""

    permission_classes = [requires("send")]

    def get(self, request):
        caller = caller_of(request)
        return Response({"tenant": caller.tenant.slug, "type": caller.key_type})


urlpatterns = [path("whoami", WhoAmI.as_view())]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def tenant():
    return TenantFactory(slug="one", external_id="cstar-1", gateway_consumer="kong-1")


@pytest.fixture
def ask(client):
    def get(remote="203.0.113.9", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get("/whoami", headers=named, REMOTE_ADDR=remote)

    return get


def test_a_key_may_come_in_either_header(ask, tenant):
    text = api_key(tenant)

    for headers in (
        {"X_API_KEY": text},
        {"Authorization": f"Bearer {text}"},
        {"Authorization": f"bearer {text}"},
    ):
        assert ask(**headers).json() == {"tenant": "one", "type": "live"}


def test_a_token_is_as_good(ask, tenant):
    issuer = JwtIssuerFactory(tenant=tenant, claim_value="shop", key_type="test")
    token = jwt.encode(claims(azp="shop"), issuer.shared_secret, "HS256")

    answer = ask(Authorization=f"Bearer {token}")

    assert answer.json() == {"tenant": "one", "type": "test"}


def test_a_gateways_word_counts_from_a_trusted_proxy_only(ask, tenant, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]

    trusted = ask("10.0.0.1", X_Consumer_ID="kong-1")
    stranger = ask("203.0.113.9", X_Consumer_ID="kong-1")

    assert trusted.json()["tenant"] == "one"
    assert stranger.status_code == 401


def test_a_gateway_may_leave_its_own_authorization_header(ask, tenant, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]

    answer = ask("10.0.0.1", X_Consumer_ID="kong-1", Authorization="Basic Zm9v")

    assert answer.json()["tenant"] == "one"


def _refused(answer):
    body = answer.json()
    body.pop("correlationId", None)
    return answer.status_code, json.dumps(body, sort_keys=True)


def test_every_refusal_is_the_same(ask, tenant, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    revoked, revoked_text = keys.issue(tenant, name="old")
    keys.revoke(revoked)
    off_text = api_key(TenantFactory(active=False))
    good = api_key(tenant)

    answers = [
        ask(),
        ask(X_API_KEY="x"),
        ask(X_API_KEY=keys.mint("live")),
        ask(X_API_KEY=good[:-1] + "!"),
        ask(X_API_KEY=revoked_text),
        ask(X_API_KEY=off_text),
        ask(Authorization=good),
        ask(Authorization=f"Basic {good}"),
        ask(Authorization="Bearer"),
        ask(Authorization=f"Bearer {good} {good}"),
        ask(Authorization="Bearer a.b.c"),
        ask(X_Consumer_ID="kong-1"),
        ask("10.0.0.1", X_Consumer_ID="kong-2"),
        ask("10.0.0.1", X_Tenant_ID=str(tenant.pk)),
        ask(X_Tenant_ID=str(tenant.pk)),
    ]

    assert {_refused(answer)[0] for answer in answers} == {401}
    assert len({_refused(answer) for answer in answers}) == 1
    assert all("WWW-Authenticate" in answer.headers for answer in answers)
    assert good not in str([answer.content for answer in answers])


@pytest.mark.parametrize("name", ["pk", "slug", "external_id"])
def test_the_own_tenant_may_be_named(ask, tenant, name):
    answer = ask(X_API_KEY=api_key(tenant), X_Tenant_ID=str(getattr(tenant, name)))

    assert answer.status_code == 200


def test_another_tenant_may_not_be_named(ask, tenant):
    other = TenantFactory(slug="two")

    for named in (str(other.pk), "two", "nobody", "*", "one two"):
        answer = ask(X_API_KEY=api_key(tenant), X_Tenant_ID=named)

        assert answer.status_code == 403
        assert "two" not in answer.json()["detail"]


def test_a_missing_scope_is_named(ask, tenant):
    answer = ask(X_API_KEY=api_key(tenant, scopes=("read",)))

    assert answer.status_code == 403
    assert "'send'" in answer.json()["detail"]


def test_a_call_asks_the_database_once_and_then_nothing(
    ask, tenant, django_assert_num_queries
):
    text = api_key(tenant)
    with django_assert_num_queries(2):  # the key; its last use, after the answer
        ask(X_API_KEY=text)

    with django_assert_num_queries(0):
        ask(X_API_KEY=text)

    assert ApiKey.objects.get().last_used_at is not None
    last_used.write()


def test_the_key_in_the_address_is_no_key(client, tenant):
    text = api_key(tenant)

    assert client.get(f"/whoami?api_key={text}&X-API-KEY={text}").status_code == 401
