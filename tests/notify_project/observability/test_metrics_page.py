"""/metrics is for who shows the token, and is not there without one."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-prometheus"


def ask(authorization: str = ""):
    headers = {"Authorization": authorization} if authorization else {}
    return Client().get("/metrics", headers=headers)


def test_without_a_token_there_is_no_such_page(settings):
    settings.METRICS_TOKEN = ""

    assert ask().status_code == 404
    assert ask("Bearer ").status_code == 404


def test_who_shows_it_reads_the_figures(settings):
    settings.METRICS_TOKEN = TOKEN
    answer = ask(f"Bearer {TOKEN}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    for name in (
        "notify_provider_requests_total",
        "notify_provider_request_seconds",
        "notify_account_points",
        "notify_breaker_state",
        "notify_oldest_due_age_seconds",
        "notify_unknown_total",
        "notify_dead_total",
        "notify_maybe_duplicate_total",
        "notify_lease_expired_total",
        "notify_hints_failed_total",
        "notify_claim_seconds",
        "notify_receipts_unmatched",
        "notify_callback_parked",
        "notify_ledger_violations_total",
    ):
        assert f"# TYPE {name} " in text


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"],
)
def test_nobody_else_reads_anything(settings, authorization):
    settings.METRICS_TOKEN = TOKEN
    answer = ask(authorization)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert b"notify_" not in answer.content


def test_it_is_only_read(settings):
    settings.METRICS_TOKEN = TOKEN

    assert Client().post("/metrics").status_code == 405
