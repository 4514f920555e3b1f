"""What a design's recipients name, and where they may."""

from __future__ import annotations

from typing import Any

import pytest

from events import naming
from events.designs import ChannelDesign
from notify_project.errors import Invalid
from recipients import groups, lists
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def named(tenant: Tenant, **recipients: Any) -> naming.Named:
    return naming.ids_of(
        tenant, "email", ChannelDesign(values={"recipients": recipients})
    )


def test_a_group_and_a_list_of_one_name_are_told_apart(tenant: Tenant):
    group = groups.create(
        tenant, name="Same", channel_code="email", addresses=["a@example.org"]
    )
    news = lists.create(tenant, name="Same")

    found = named(tenant, to=["{{email}}", {"group": "same"}, {"list": "SAME"}])

    assert found == {("group", "same"): group.id, ("list", "SAME"): news.id}


def test_all_that_is_wrong_is_told_at_once(tenant: Tenant):
    lists.create(tenant, name="News")

    with pytest.raises(Invalid) as caught:
        named(tenant, to=[{"list": "Olds"}], cc=[{"list": "News"}, {"group": "None"}])

    assert {one.field: one.code for one in caught.value.errors} == {
        "email.recipients.to[0]": "unknown_list",
        "email.recipients.cc[0]": "invalid_design",
        "email.recipients.cc[1]": "unknown_group",
    }
