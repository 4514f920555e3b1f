"""The page that answers "our application says it sent it"."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tenants.models import RefusedCall
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:tenants_refusedcall_changelist"


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def refused(tenant, **values):
    row = RefusedCall(
        tenant=tenant,
        **{
            "method": "POST",
            "path": "/api/v1/notifysimple/email",
            "status": 422,
            "code": "invalid_address",
            "errors": [{"field": "email.to[0]", "code": "invalid_address"}],
            "key_name": "Ab12Cd34",
            "key_type": "live",
            "correlation_id": "order-7",
            **values,
        },
    )
    row.save()
    return row


@pytest.fixture
def tenant():
    return TenantFactory(time_zone="America/Vancouver")


@pytest.fixture
def support(tenant):
    return logged_in(MembershipFactory(tenant=tenant, role="support").user)


def ids(client, **query):
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200
    return {one.pk for one in answer.context["cl"].result_list}


@pytest.mark.each_database
@pytest.mark.parametrize(
    "words",
    [
        *("order-7", " order-7 ", "Ab12Cd34", "invalid_address", "email.to[0]"),
        *("/api/v1/notifysimple/email", "ntf_live_Ab12Cd34"),
    ],
)
def test_it_is_found_by_what_support_holds_in_hand(support, tenant, words):
    wanted = refused(tenant)
    other = {"correlation_id": "x", "key_name": "Zz", "code": "other", "path": "/y"}
    refused(tenant, errors=[{"field": "sms.to[0]", "code": "required"}], **other)
    refused(TenantFactory())

    assert ids(support, q=words) == {wanted.pk}


def test_the_list_is_narrowed_by_answer(support, tenant):
    wanted = refused(tenant, status=401)
    refused(tenant)

    assert ids(support, status="401") == {wanted.pk}


def test_the_page_says_all_of_it_and_where_to_read_on(support, tenant):
    row = refused(tenant, skipped=12)

    page = support.get(reverse("admin:tenants_refusedcall_change", args=[row.pk])).text

    for words in (
        *("POST /api/v1/notifysimple/email", "email.to[0]", "Ab12Cd34 (live)"),
        *("order-7", "/docs/errors#invalid_address", "12 refused calls before it"),
        "UTC",
    ):
        assert words in page


def test_operators_find_calls_that_are_nobodys_by_their_correlation_id():
    operator = logged_in(UserFactory(is_superuser=True))
    wanted = refused(None, correlation_id="mistyped-key")
    refused(TenantFactory())

    assert ids(operator, q="mistyped-key") == {wanted.pk}


def test_an_empty_list_says_where_to_look_next(support):
    assert "did not reach us" in support.get(reverse(LIST)).text
