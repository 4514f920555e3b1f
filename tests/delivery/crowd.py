"""Many people: a group as large as one likes, and a notification to each of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from delivery.models import Notification
from delivery.plan import ChannelPlan, FanOutPlan
from notify_project.db.hashing import address_hash
from notify_project.db.ids import uuid7
from recipients.models import Group, Member
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan


def people_of(tenant: Tenant, *addresses: str, channel: str = "email") -> FanOutPlan:
    """A fan-out to these; what is no address is stored like one."""
    group = Group(tenant=tenant, channel=channel, name=f"Crowd {uuid7()}")
    group.save()
    rows = [
        Member(
            tenant=tenant,
            group=group,
            address=one,
            address_hash=address_hash(tenant.id, one.lower()),
        )
        for one in addresses
    ]
    Member.across_tenants().bulk_create(rows, batch_size=2000)
    ids: tuple[UUID, ...] = tuple(one.id for one in rows)
    return FanOutPlan("group", group.id, group.name, ids)


def numbered(count: int) -> list[str]:
    return [f"person{number}@example.org" for number in range(count)]


def plan_to(tenant: Tenant, *addresses: str, **changes: Any) -> ChannelPlan:
    """One mail to each of them, and to nobody else."""
    values: dict[str, Any] = {"to": (), "fan_outs": (people_of(tenant, *addresses),)}
    return email_plan(**{**values, **changes})


def to_each(tenant: Tenant, *addresses: str, **changes: Any) -> Notification:
    """As accepting leaves it: no message is there yet."""
    return accepted(tenant, plan_to(tenant, *addresses), **changes)
