"""Calls to providers, in the names of document 000 and for Prometheus."""

from __future__ import annotations

import pytest

from notify_project.observability import metrics, statsd
from providers import breaker, measuring
from providers.measuring import Called, measure
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(statsd.sender, "send", lines.extend)
    monkeypatch.setattr(metrics, "_pending", metrics._Pending())
    return lines


def test_statsd_has_the_names_of_the_customers_document(sent):
    measure([Called("sms.mmg", True, 0.12), Called("email.ses", False, 3.0)])

    assert sent == [
        "clients.mmg.success:1|c",
        "clients.mmg.request-time:120|ms",
        "clients.ses.error:1|c",
        "clients.ses.request-time:3000|ms",
    ]


def test_prometheus_has_them_by_provider(sent):
    measure([Called("sms.mmg", True, 0.12)] * 3 + [Called("sms.mmg", False, 7.0)])

    text = metrics.exposition()
    name = "notify_provider_requests_total"
    assert f'{name}{{outcome="success",provider="sms.mmg"}} 3' in text
    assert f'{name}{{outcome="error",provider="sms.mmg"}} 1' in text
    assert (
        'notify_provider_request_seconds_bucket{le="0.25",provider="sms.mmg"} 3' in text
    )


def test_points_and_breakers_are_told_by_account_and_never_by_name(sent):
    account = account_of(TenantFactory(), "sms.sandbox", name="Secret room", weight=41)
    breaker.open_for(account.id)

    text = metrics.exposition()
    labels = f'account="{account.id}",channel="sms",provider="sms.sandbox"'
    assert f"notify_account_points{{{labels}}} 41" in text
    assert f"notify_breaker_state{{{labels}}} 1" in text
    assert "Secret room" not in text


def test_a_closed_breaker_is_not_told(sent):
    account = account_of(TenantFactory(), "sms.sandbox")
    breaker.open_for(account.id)
    breaker.close(account.id)

    assert list(measuring._breakers()) == []
