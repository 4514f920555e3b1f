"""Points change together or not at all, and each change is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from providers import weights
from providers.accounts import offers
from providers.models import Account, WeightChange
from providers.weights import Change
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def pair() -> list[Account]:
    tenant = TenantFactory()
    return [
        account_of(tenant, "sms.sandbox", name=name, weight=points)
        for name, points in (("One", 51), ("Other", 49))
    ]


def points() -> list[int]:
    found = Account.across_tenants().filter(tenant__isnull=False).order_by("name")
    return list(found.values_list("weight", flat=True))


def test_all_are_changed_and_recorded(pair):
    one, other = pair
    done = weights.change(
        [Change(one.id, 51, 41), Change(other.id, 49, 59)],
        reason="errors",
        detail="One: errors 77",
    )

    assert done
    assert points() == [41, 59]
    [change] = weights.history(one)
    assert (change.before, change.after, change.reason, change.detail) == (
        51,
        41,
        "errors",
        "One: errors 77",
    )


def test_if_one_was_changed_meanwhile_nothing_is(pair):
    one, other = pair
    Account.across_tenants().filter(id=other.id).update(weight=20)

    assert not weights.change(
        [Change(one.id, 51, 41), Change(other.id, 49, 59)], reason="errors"
    )
    assert points() == [51, 20]
    assert not WeightChange.objects.exists()


def test_the_next_message_is_sent_by_the_new_points(pair):
    one, other = pair
    offers.of(one.tenant_id, "sms")
    weights.change([Change(one.id, 51, 41), Change(other.id, 49, 59)], reason="slow")

    offered = {each.id: each.weight for each in offers.of(one.tenant_id, "sms")}
    assert (offered[one.id], offered[other.id]) == (41, 59)


def test_what_stays_is_not_recorded(pair):
    weights.note([Change(pair[0].id, 51, 51)], reason=weights.BY_HAND)

    assert weights.history(pair[0]) == []


def test_the_newest_comes_first_and_old_ones_go(pair):
    one, _other = pair
    weights.note([Change(one.id, 51, 41)], reason="errors")
    weights.note([Change(one.id, 41, 51)], reason="rest")
    assert [each.reason for each in weights.history(one)] == ["rest", "errors"]

    WeightChange.objects.filter(reason="errors").update(at=Now() - timedelta(days=91))
    weights.forget_old()
    assert [each.reason for each in weights.history(one)] == ["rest"]
