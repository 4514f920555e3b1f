"""Rows of attempts, stored and read again."""

from __future__ import annotations

import pytest

from delivery import attempts
from delivery.models import Attempt
from notify_project.db.ids import uuid7
from tests.delivery.scene import account_of, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


def test_an_attempt_that_runs_names_its_account_and_has_no_outcome(tenant):
    account = account_of(tenant, "sms.sandbox")
    [message] = many(tenant, channel="sms", attempts=2)
    attempts.insert([attempts.begun(message, account, attempt_id=uuid7())])

    row = Attempt.across_tenants().get()
    assert (row.number, row.kind, row.outcome) == (3, "send", "")
    assert (row.account_id, row.provider) == (account.id, "sms.sandbox")
    assert row.started_at


def test_a_look_up_says_so(tenant):
    account = account_of(tenant, "sms.sandbox")
    [message] = many(tenant, channel="sms", asking=True)
    attempts.insert([attempts.begun(message, account, attempt_id=uuid7())])

    assert Attempt.across_tenants().get().kind == "look_up"


def test_a_hold_says_why_and_names_nobody(tenant):
    [message] = many(tenant, channel="sms")
    attempts.insert([attempts.held(message, cause="no_account", detail="x" * 400)])

    row = Attempt.across_tenants().get()
    assert (row.outcome, row.code, row.detail) == ("held", "no_account", "x" * 300)
    assert (row.account_id, row.provider, row.duration_ms) == (None, "", None)
