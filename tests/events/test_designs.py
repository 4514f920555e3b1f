"""A design as the cascade takes it."""

from __future__ import annotations

from uuid import UUID

from events.designs import ChannelDesign, Design, event_of

ID = UUID("019a0000-0000-7000-8000-0000000000aa")


def test_references_become_ids_and_values_stay():
    one = ChannelDesign(
        template_id=ID,
        sender_id=ID,
        account_id=ID,
        values={"content": {"bodyType": "text"}, "priority": "high"},
    )

    event = event_of("e", 3, Design(channels={"email": one}, params={"a": 1}))

    assert (event.name, event.version) == ("e", 3)
    assert event.layer.values == {
        "params": {"a": 1},
        "email": {
            "content": {"bodyType": "text", "template": str(ID)},
            "identityId": str(ID),
            "account": str(ID),
            "priority": "high",
        },
    }


def test_a_channel_that_is_off_is_only_described():
    channels = {
        "email": ChannelDesign(values={"priority": "high"}),
        "sms": ChannelDesign(on=False, values={"priority": "high"}),
    }

    layer = event_of("e", 1, Design(channels=channels)).layer

    assert layer.switches_on("email")
    assert not layer.switches_on("sms")
    assert not layer.switches_on("msgApp")
