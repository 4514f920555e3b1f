"""Reports part counts as they are asked to, in the API's words and document 000's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from delivery import counting, reporting
from delivery.errors import TooManyRows
from delivery.models import DailyCount
from delivery.states import MEANINGS, Status
from notify_project.errors import Invalid
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 31)
SANDBOX, SMTP = "email.sandbox", "email.smtp"


@pytest.fixture
def tenant():
    return TenantFactory()


def count(tenant, number: int = 1, **changes) -> None:
    values = {
        "day": DAY,
        "channel": "email",
        "key_type": "live",
        "state": "sent",
        "provider": SANDBOX,
        **changes,
    }
    DailyCount(tenant=tenant, count=number, gone=True, **values).save()


def rows(tenant, *parts: str, **asked):
    wanted = reporting.asked(DAY, DAY, parts=parts, **asked)
    return reporting.report(tenant, wanted).rows


def test_states_that_callers_know_by_one_word_are_one_row(tenant):
    for state in ("temp_failed", "perm_failed", "dead", "expired"):
        count(tenant, 2, state=state)
    count(tenant, 5)

    assert rows(tenant, "status") == [(("failed",), 8), (("sent",), 5)]


def test_a_row_has_the_parts_that_were_asked_for_in_one_order(tenant):
    count(tenant, event_type="permit", template="Permit")
    count(tenant, event_type="permit", channel="sms")

    asked = reporting.asked(DAY, DAY, parts=["eventType", "channel"])

    assert asked.parts == ["channel", "eventType"]
    assert reporting.report(tenant, asked).rows == [
        (("email", "permit"), 1),
        (("sms", "permit"), 1),
    ]


def test_rows_are_kept_by_any_part_in_any_case_of_letters(tenant):
    count(tenant, 3, event_type="Permit")
    count(tenant, 4, event_type="other")

    assert rows(tenant, "channel", wanted={"eventType": "pERMIT"}) == [(("email",), 3)]


def test_what_test_keys_sent_is_counted_by_itself(tenant):
    count(tenant, 3)
    count(tenant, 4, key_type="test")

    assert rows(tenant, "channel") == [(("email",), 3)]
    assert rows(tenant, "channel", test=True) == [(("email",), 4)]


def test_nothing_of_another_tenant_is_told(tenant):
    count(TenantFactory(), 7)

    assert rows(tenant, "channel") == []


@pytest.mark.parametrize(
    ("state", "provider", "word"),
    [
        ("queued", "", "requested"),
        ("sending", SMTP, "requested"),
        ("unknown", SMTP, "requested"),
        ("sent", SANDBOX, "requested"),
        ("sent", SMTP, "delivered"),  # it will tell no more
        ("delivered", SANDBOX, "delivered"),
        ("temp_failed", SANDBOX, "failure"),
        ("perm_failed", SANDBOX, "failure"),
        ("dead", SMTP, "failure"),
        ("suppressed", "", "failure"),
        ("cancelled", "", "cancelled"),
    ],
)
def test_the_statistics_status(state, provider, word):
    assert reporting.statistics_of(state, provider) == word


def test_every_state_has_one():
    words = {reporting.statistics_of(one, SMTP) for one in Status}

    assert words == set(reporting.STATISTICS)
    assert set(MEANINGS) == set(Status)


def test_totals_hold_every_message_once(tenant):
    count(tenant, 5, state="delivered")
    count(tenant, 2, state="dead")
    count(tenant, 1, state="cancelled")

    found = reporting.report(tenant, reporting.asked(DAY, DAY, parts=["channel"]))

    assert found.totals == {
        "cancelled": 1,
        "delivered": 5,
        "failure": 2,
        "requested": 0,
    }


def test_a_year_is_told_day_by_day_in_order(tenant):
    days = [DAY + timedelta(days=n) for n in (0, 31, 32, 64, 300)]
    for day in reversed(days):
        count(tenant, day=day)

    asked = reporting.asked(DAY, DAY + timedelta(days=300), parts=["day"])

    assert list(reporting.stream(tenant, asked)) == [
        ((day.isoformat(),), 1) for day in days
    ]
    assert reporting.report(tenant, asked).rows == list(reporting.stream(tenant, asked))


def test_what_is_not_parted_by_day_is_added_up_over_all_of_them(tenant):
    for month in (1, 3, 5):
        count(tenant, 2, day=date(2026, month, 1))

    asked = reporting.asked(date(2026, 1, 1), date(2026, 6, 1), parts=["channel"])

    assert list(reporting.stream(tenant, asked)) == [(("email",), 6)]


def test_an_overview_has_each_part_by_itself(tenant):
    count(tenant, 2, state="delivered", event_type="permit")
    count(tenant, 3, state="dead", channel="sms")

    asked = reporting.asked(DAY, DAY, parts=["channel", "eventType"])
    found = reporting.overview(tenant, asked)

    assert found["channel"] == {"email": {"delivered": 2}, "sms": {"failure": 3}}
    assert found["eventType"] == {"permit": {"delivered": 2}, "": {"failure": 3}}


def test_too_many_rows_are_refused_and_streamed(tenant, monkeypatch):
    monkeypatch.setattr(reporting, "MAX_ROWS", 1)
    count(tenant)
    count(tenant, channel="sms")

    with pytest.raises(TooManyRows):
        rows(tenant, "channel")
    asked = reporting.asked(DAY, DAY, parts=["channel"])
    assert len(list(reporting.stream(tenant, asked))) == 2


def test_without_days_it_is_the_last_thirty():
    found = reporting.asked(None, None)

    assert found.last == counting.today()
    assert (found.last - found.first).days == 29


@pytest.mark.parametrize(
    ("first", "last", "parts", "field"),
    [
        (DAY, DAY - timedelta(days=1), ["day"], "startDate"),
        (DAY, DAY + timedelta(days=366), ["day"], "startDate"),
        (DAY, DAY, ["colour"], "groupBy"),
        (DAY, DAY, [], "groupBy"),
    ],
)
def test_what_makes_no_sense_is_refused(first, last, parts, field):
    with pytest.raises(Invalid) as refused:
        reporting.asked(first, last, parts=parts)

    assert refused.value.errors[0].field == field
