"""Lists are narrowed to days of the tenant's zone."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime

import pytest
from django.contrib.admin.options import IncorrectLookupParameters
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants.admin.days import bound
from tests.delivery.accepted import accepted
from tests.tenants.factories import MembershipFactory, TenantFactory

LIST = "admin:delivery_notification_changelist"
NOON = "2026-03-01T12:00:00-08:00"


@pytest.fixture
def tenant():
    return TenantFactory(time_zone="America/Vancouver")


@pytest.fixture
def support(tenant):
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role="support").user)
    return client


def at(tenant, text):
    return accepted(tenant, at=datetime.fromisoformat(text)).id


def found(client, **asked):
    with warnings.catch_warnings():
        # Django warns of times without a zone.
        warnings.simplefilter("error", RuntimeWarning)
        answer = client.get(reverse(LIST), asked)
    assert answer.status_code == 200
    return {one.id for one in answer.context["cl"].result_list}


@pytest.mark.django_db
@pytest.mark.each_database
def test_a_day_begins_and_ends_where_the_tenant_is(tenant, support):
    at(tenant, "2026-02-28T23:59:59-08:00")
    first = at(tenant, "2026-03-01T00:00:00-08:00")
    last = at(tenant, "2026-03-01T23:59:59-08:00")
    after = at(tenant, "2026-03-02T00:00:00-08:00")

    day = {"created_at__gte": "2026-03-01", "created_at__lte": "2026-03-01"}

    assert found(support, **day) == {first, last}
    assert found(support, created_at__gte="2026-03-01") == {first, last, after}
    assert found(support, created_at__gt="2026-03-01") == {after}
    assert found(support, created_at__gte="2026-03-01", created_at__lte="") == {
        *(first, last, after)
    }


@pytest.mark.django_db
def test_a_time_counts_as_it_is_written(tenant, support):
    noon = at(tenant, NOON)

    assert found(support, created_at__gte=NOON) == {noon}
    assert found(support, created_at__gte="2026-03-01 12:00") == {noon}
    assert found(support, created_at__gt="2026-03-01 20:00:00+00:00") == set()


@pytest.mark.django_db
def test_the_form_keeps_what_was_searched_for_and_the_days(tenant, support):
    at(tenant, NOON)

    page = support.get(
        reverse(LIST), {"status": "queued", "created_at__gte": "2026-03-01", "p": "1"}
    ).text
    form = page.partition('class="notify-days"')[2].partition("</form>")[0]

    assert '<input type="hidden" name="status" value="queued">' in form
    assert 'name="created_at__gte" value="2026-03-01"' in form
    assert 'name="p"' not in form


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["", "__exact", "__in", "__date", "__year"])
def test_nothing_else_is_asked_of_a_moment(support, lookup):
    answer = support.get(reverse(LIST), {f"created_at{lookup}": "2026-03-01"})

    assert answer.status_code == 400


@pytest.mark.django_db
def test_what_is_no_day_is_said(tenant, support):
    answer = support.get(reverse(LIST), {"created_at__gte": "soon"}, follow=True)

    assert "The list could not be narrowed like that." in answer.text


def test_an_evening_belongs_to_its_day():
    with timezone.override(UTC):
        name, moment = bound("at__lte", "2026-12-31")

    assert (name, moment) == ("at__lt", datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", ["2026-02-30", "soon", "2026-03-01 25:00"])
def test_nonsense_is_refused(text):
    with pytest.raises(IncorrectLookupParameters):
        bound("at__gte", text)
