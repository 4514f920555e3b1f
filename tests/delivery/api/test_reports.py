"""GET /reports/daily and its CSV, as a program asks for them."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from delivery import counting
from delivery.models import Content, Message
from tests.delivery.accepted import accepted, end
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


def get(tenant, path: str = "/reports/daily", **query: str):
    key = api_key(tenant, scopes=("read",))
    return Client().get(path, query, headers={"X-API-KEY": key})


def sent(tenant, state: str = "delivered", **changes):
    notification = accepted(tenant, **changes)
    end(notification, state)
    return notification


def test_counts_of_today_are_told_at_once(tenant):
    sent(tenant)
    sent(tenant)
    sent(tenant, "dead")

    answer = get(tenant).json()

    today = counting.today().isoformat()
    assert answer["endDate"] == today
    assert answer["groupBy"] == ["day", "channel", "status"]
    assert answer["data"] == [
        {"day": today, "channel": "email", "status": "delivered", "count": 2},
        {"day": today, "channel": "email", "status": "failed", "count": 1},
    ]
    assert answer["totals"] == {
        "cancelled": 0,
        "delivered": 2,
        "failure": 1,
        "requested": 0,
    }


def test_counts_are_parted_and_kept_as_asked(tenant):
    sent(tenant, event_type="permit-issued")
    Message.for_tenant(tenant).update(provider="email.smtp")
    Content.for_tenant(tenant).update(template="Permit")
    sent(tenant, event_type="other")

    found = get(
        tenant, groupBy="eventType, template,provider,statistics", template="permit"
    )

    assert found.json()["data"] == [
        {
            "eventType": "permit-issued",
            "template": "Permit",
            "provider": "email.smtp",
            "statistics": "delivered",
            "count": 1,
        }
    ]


def test_csv_has_every_part_and_no_formula(tenant):
    sent(tenant)
    Content.for_tenant(tenant).update(template="=HYPERLINK(1)")

    answer = get(tenant, "/reports/daily.csv")

    assert answer.streaming
    text = b"".join(answer).decode()
    [row] = list(csv.DictReader(io.StringIO(text, newline="")))
    assert row == {
        "day": counting.today().isoformat(),
        "channel": "email",
        "eventType": "",
        "template": "'=HYPERLINK(1)",
        "provider": "",
        "status": "delivered",
        "statistics": "delivered",
        "count": "1",
    }


def test_csv_is_given_to_who_asks_for_csv_by_header(tenant):
    key = api_key(tenant, scopes=("read",))
    headers = {"X-API-KEY": key, "Accept": "text/csv"}

    answer = Client().get("/reports/daily.csv", headers=headers)

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")


def test_nobody_sees_the_counts_of_another(tenant):
    sent(TenantFactory())

    assert get(tenant).json()["data"] == []
    assert b"".join(get(tenant, "/reports/daily.csv")).count(b"\n") == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"startDate": "yesterday"}, "startDate"),
        ({"endDate": "2026-02-30"}, "endDate"),
        ({"startDate": "2020-01-01"}, "startDate"),
        ({"groupBy": "colour"}, "groupBy"),
        ({"status": "gone"}, "status"),
        ({"statistics": "gone"}, "statistics"),
        ({"channel": "pigeon"}, "channel"),
        ({"test": "perhaps"}, "test"),
        ({"limit": "5"}, "limit"),
    ],
)
@pytest.mark.parametrize("path", ["/reports/daily", "/reports/daily.csv"])
def test_what_cannot_be_asked_names_its_field(tenant, path, query, field):
    answer = get(tenant, path, **query)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_a_key_needs_the_scope_read(tenant):
    key = api_key(tenant, scopes=("send",))

    answer = Client().get("/reports/daily", headers={"X-API-KEY": key})

    assert answer.status_code == 403
