"""Who shares one message, and who is left out of which."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from delivery.composed import Address, Composed, ComposedChannel
from delivery.plan import NotificationPlan
from tests.delivery.accepted import email_plan


def channel(*addresses: Address, left_out: tuple[Address, ...] = (), **changes: Any):
    return ComposedChannel(email_plan(**changes), addresses, {}, (), left_out)


def to(name: str, withheld: str = "") -> Address:
    address = f"{name}@example.org"
    return Address("to", address, address, withheld=withheld)


def number(digits: str, withheld: str = "") -> Address:
    return Address("to", digits, digits, withheld=withheld)


def test_a_mail_that_stays_here_is_one_for_each_reason():
    a, b, c = to("a", "bounced"), to("b", "opted_out"), to("c", "bounced")

    assert channel(left_out=(a, b, c)).withheld == ((a, c), (b,))


def test_a_text_that_stays_here_is_one_for_each_number():
    a, b = number("+17787001234", "stopped"), number("+17787001235", "stopped")

    assert channel(left_out=(a, b), channel="sms").withheld == ((a,), (b,))


def test_a_channel_is_live_as_long_as_somebody_gets_something():
    well, empty = channel(to("a")), channel(left_out=(to("b", "bounced"),))
    plan = NotificationPlan(
        tenant_id=uuid4(),
        phone_region="CA",
        missing_params="error",
        key_type="live",
        key_name="test",
        channels=(),
    )

    assert Composed(plan, (well, empty)).live == (well,)
