"""Why accounts were passed over, as stored and as told."""

from __future__ import annotations

from uuid import uuid4

from django.utils.translation import override

from delivery.passed_over import after, lines, told
from delivery.routing import BROKEN, OUT_OF_REACH, PassedOver
from providers.models import Account

NEAR = Account(
    id=uuid4(),
    channel="sms",
    provider="sms.firetext",
    name="Texts: UK",
    config={"api_key": "k" * 20, "sender": "GovUK"},
)
OLD = Account(id=uuid4(), channel="sms", provider="sms.sandbox", name="Old")


def test_each_has_a_line_and_its_own_reason():
    found = lines(
        [PassedOver(NEAR.id, OUT_OF_REACH), PassedOver(OLD.id, BROKEN)],
        {NEAR.id: NEAR, OLD.id: OLD},
    )

    assert found == [
        "Texts: UK passed over: It has no key for numbers outside +44.",
        "Old passed over: Its provider does not answer.",
    ]


def test_a_stored_detail_has_whole_lines_only():
    line = f"{'x' * 80} passed over: It is switched off."

    stored = after("sms.sandbox (Mine)", [line] * 5)

    assert len(stored) <= 300
    assert stored.split("\n") == ["sms.sandbox (Mine)", line, line]


def test_pages_tell_them_in_the_readers_language():
    stored = after("x", ["Old passed over: It is switched off."])

    assert told(stored) == "Old passed over: It is switched off."
    with override("fr"):
        assert told(stored) == "Old écarté\N{NO-BREAK SPACE}: Il est désactivé."


def test_of_other_details_nothing_is_told():
    assert told("The provider asked us to slow down.") == ""
    assert told("") == ""
