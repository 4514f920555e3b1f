"""Who is meant: literal recipients and groups, in their order."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.plan import GroupPlan
from delivery.problems import Problems
from events import audience
from events.audience import Audience
from recipients import groups
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def of(tenant: Tenant, problems: Problems, **recipients: Any) -> Audience:
    return audience.of(tenant.id, "email", recipients, problems, path="email.")


def test_entries_keep_their_order_and_groups_bring_their_addresses(tenant: Tenant):
    group = groups.create(
        tenant, name="G", channel_code="email", addresses=["g@example.org"]
    )
    problems = Problems()

    found = of(tenant, problems, to=["{{a}}", {"group": "g"}, "b@example.org"])

    assert found.to == (
        "{{a}}",
        GroupPlan(group.id, "G", ("g@example.org",)),
        "b@example.org",
    )
    assert found.named == ["{{a}}", "g@example.org", "b@example.org"]
    assert problems.found == []


def test_without_groups_nothing_is_asked(
    tenant: Tenant, django_assert_num_queries: Any
):
    with django_assert_num_queries(0):
        of(tenant, Problems(), to=["a@example.org"])


def test_an_empty_group_is_a_warning(tenant: Tenant):
    groups.create(tenant, name="Empty", channel_code="email")

    found = of(tenant, Problems(), to=["a@example.org"], cc=[{"group": "Empty"}])

    [warning] = found.warnings
    assert "email.recipients.cc: the group Empty has no members" in warning


def test_each_unknown_group_is_told_with_its_place(tenant: Tenant):
    problems = Problems()

    of(tenant, problems, to=["a@x.org", {"group": "N"}], bcc=[{"group": "M"}])

    fields = [one.field for each in problems.found for one in each.errors]
    assert fields == ["email.recipients.to[1]", "email.recipients.bcc[0]"]


def test_groups_are_not_without_bounds(tenant: Tenant):
    problems = Problems()

    of(tenant, problems, to=[{"group": str(number)} for number in range(51)])

    [problem] = problems.found
    assert problem.errors[0].field == "email.recipients"
