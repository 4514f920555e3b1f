"""Who is meant: literal recipients and groups, in their order."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.plan import GroupPlan, ListPlan
from delivery.problems import Problems
from events import audience
from events.audience import Audience
from recipients import groups, lists, subscribing
from recipients.models import SubscriberList
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def of(tenant: Tenant, problems: Problems, **recipients: Any) -> Audience:
    return audience.of(tenant, "email", recipients, problems, path="email.")


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


def test_a_list_brings_those_who_are_subscribed_over_the_channel(tenant: Tenant):
    news = lists.create(tenant, name="News")
    row = subscribing.subscribe(
        news, channel_code="email", address="a@example.org", confirmed=True
    )
    subscribing.subscribe(
        news, channel_code="sms", address="+17787001234", confirmed=True
    )
    problems = Problems()

    found = of(tenant, problems, to=[{"list": "news"}])

    assert found.to == (ListPlan(news.id, "News", {row.id: "a@example.org"}),)
    assert found.with_link({"a": 1}) == {"a": 1, "unsubscribeUrl": found.stand_in}
    assert found.named == []
    assert problems.found == []


def test_without_a_list_there_is_no_link(tenant: Tenant):
    found = of(tenant, Problems(), to=["a@example.org"])

    assert found.stand_in == ""
    assert found.with_link({"unsubscribeUrl": "theirs"}) == {"unsubscribeUrl": "theirs"}


def test_a_list_in_copies_and_one_that_is_not_there_are_told(tenant: Tenant):
    lists.create(tenant, name="News")
    problems = Problems()

    of(tenant, problems, to=[{"list": "Olds"}], cc=[{"list": "News"}])

    told = {one.field: one.code for each in problems.found for one in each.errors}
    assert told == {
        "email.recipients.to[0]": "unknown_list",
        "email.recipients.cc[0]": "invalid_field",
    }


def list_of_three(tenant: Tenant) -> SubscriberList:
    news = lists.create(tenant, name="News")
    for number in range(3):
        subscribing.subscribe(
            news, channel_code="email", address=f"p{number}@x.org", confirmed=True
        )
    return news


def test_a_long_list_is_left_to_workers(tenant: Tenant, settings: Any):
    settings.REQUEST_RECIPIENTS = 2
    news = list_of_three(tenant)

    found = of(tenant, Problems(), to=[{"list": "News"}])

    assert found.to == ()
    [fan_out] = found.fan_outs
    assert (fan_out.source, fan_out.id, len(fan_out.people)) == ("list", news.id, 3)
    assert found.stand_in


def test_a_list_that_is_too_long_for_one_request_is_told(tenant: Tenant, settings: Any):
    settings.REQUEST_RECIPIENTS = settings.FAN_OUT_RECIPIENTS = 2
    list_of_three(tenant)
    problems = Problems()

    of(tenant, problems, to=[{"list": "News"}])

    assert [one.kind for one in problems.found] == ["too_many_recipients"]


def test_an_empty_list_is_a_warning(tenant: Tenant):
    lists.create(tenant, name="News")

    found = of(tenant, Problems(), to=["a@example.org", {"list": "News"}])

    assert "nobody is subscribed to the list News" in found.warnings[0]


def test_who_is_on_two_long_lists_is_meant_once(tenant: Tenant, settings: Any):
    settings.REQUEST_RECIPIENTS = 1
    list_of_three(tenant)
    other = lists.create(tenant, name="Other")
    for address in ("p1@x.org", "q@x.org"):
        subscribing.subscribe(
            other, channel_code="email", address=address, confirmed=True
        )
    to = [{"list": "News"}, {"list": "Other"}, {"list": "news"}]

    found = of(tenant, Problems(), to=to)

    assert [len(one.people) for one in found.fan_outs] == [3, 1]


def test_long_lists_that_are_too_long_together_are_told(tenant: Tenant, settings: Any):
    settings.REQUEST_RECIPIENTS, settings.FAN_OUT_RECIPIENTS = 1, 4
    list_of_three(tenant)
    other = lists.create(tenant, name="Other")
    for number in range(3):
        subscribing.subscribe(
            other, channel_code="email", address=f"q{number}@x.org", confirmed=True
        )
    problems = Problems()

    of(tenant, problems, to=[{"list": "News"}, {"list": "Other"}])

    [told] = problems.found
    assert told.kind == "too_many_recipients"
    assert told.errors[0].field == "email.recipients.to"
