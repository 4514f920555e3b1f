"""A refusal that says something of the address puts it on the suppression list."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.finishing import finish
from delivery.learning import reason_of
from delivery.models import Message
from delivery.outcomes import Kind, Outcome
from providers.base import Receipt, Word
from recipients.models import Suppression
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import TWILIO, account_of, begun, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN, BOB = "ann@example.org", "bob@example.org"
GONE = "550 5.1.1"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    account_of(made, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    account_of(made, "sms.twilio", config=TWILIO)
    return made


def listed(tenant: Tenant) -> list[tuple[Any, str]]:
    rows = Suppression.for_tenant(tenant).order_by("id")
    return [(one.address, one.reason) for one in rows]


def refused(code: str, **more: Any) -> Outcome:
    return Outcome(Kind.PERMANENT, code=code, detail="No.", **more)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (GONE, "bounced"),
        ("550 5.1.2", "bounced"),
        ("556 5.1.10", "bounced"),
        ("550 5.2.2", ""),
        ("550 5.7.1", ""),
        ("550 5.1.11", ""),
        ("450 4.1.1", ""),
        ("550", ""),
        ("opted_out", "stopped"),
        ("30003", ""),
        ("", ""),
    ],
)
def test_what_a_code_says_of_the_address(code: str, reason: str):
    assert reason_of(code) == reason


def test_a_mailbox_that_is_not_there_is_written_to_once(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN,)))
    [call] = begun("email-bulk")

    finish([(call, refused(GONE))])

    assert listed(tenant) == [(ANN, "bounced")]
    accepted(tenant, email_plan(to=(ANN,)))
    assert begun("email-bulk") == []
    assert Message.for_tenant(tenant).filter(state="suppressed").count() == 1


def test_stop_is_heard_from_the_provider(tenant: Tenant):
    many(tenant, channel="sms")
    [call] = begun("sms-bulk")

    finish([(call, refused("opted_out"))])

    assert [reason for _address, reason in listed(tenant)] == ["stopped"]


def test_of_several_only_who_was_refused_by_name_is_listed(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN, BOB)))
    [call] = begun("email-bulk")
    word = Receipt(word=Word.PERM_FAILED, address=BOB, code=GONE)

    finish([(call, Outcome(Kind.ACCEPTED, provider_ref="r", receipts=(word,)))])

    assert listed(tenant) == [(BOB, "bounced")]


def test_a_refusal_of_all_of_several_names_nobody(tenant: Tenant):
    accepted(tenant, email_plan(to=(ANN, BOB)))
    [call] = begun("email-bulk")

    finish([(call, refused(GONE))])

    assert listed(tenant) == []


@pytest.mark.parametrize(
    "outcome",
    [
        refused("550 5.7.1"),
        Outcome(Kind.TEMPORARY, code=GONE),
        Outcome(Kind.UNKNOWN, code=GONE),
        Outcome(Kind.ACCEPTED, provider_ref="r"),
    ],
)
def test_other_outcomes_say_nothing_of_the_address(tenant: Tenant, outcome: Outcome):
    accepted(tenant, email_plan(to=(ANN,)))
    [call] = begun("email-bulk")

    finish([(call, outcome)])

    assert listed(tenant) == []


def test_told_twice_it_is_listed_once(tenant: Tenant):
    for _turn in range(2):
        accepted(tenant, email_plan(to=(ANN,)))
    calls = begun("email-bulk")

    finish([(one, refused(GONE)) for one in calls])

    assert listed(tenant) == [(ANN, "bounced")]
