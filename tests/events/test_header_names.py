"""A header is one header in all layers, however its name is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.cascade import Layer, LockedField, decide

CHANNELS = ("email", "sms")
names = st.sampled_from(["X-A", "x-a", "X-Office", "x-OFFICE"])
headers = st.dictionaries(names, st.text(max_size=3), max_size=4)


def said(*given: dict[str, Any]) -> Any:
    layers = [Layer(f"layer {n}", mail(one)) for n, one in enumerate(given)]
    return decide(layers, channels=CHANNELS)


def mail(values: dict[str, Any]) -> dict[str, Any]:
    return {"email": {"headers": values, "priority": "low"}}


def test_a_higher_layer_replaces_a_header_that_it_writes_in_another_way():
    found = said({"X-Office": "Victoria", "X-A": "1"}, {"x-office": "Nanaimo"})

    assert found.values["email"]["headers"] == {"X-Office": "Nanaimo", "X-A": "1"}
    assert found.decided_by["email.headers.X-Office"] == "layer 1"


def test_augments_do_not_give_a_header_twice():
    found = decide(
        [Layer("request", mail({"X-Office": "Victoria"}), switches=True)],
        channels=CHANNELS,
        augments=Layer("augments", mail({"x-office": "Nanaimo", "x-b": "2"})),
    )

    assert found.values["email"]["headers"] == {"X-Office": "Victoria", "x-b": "2"}


def test_a_lock_holds_however_the_name_is_written():
    system = Layer("system", {}, locked=frozenset({"email.headers.X-Office"}))

    with pytest.raises(LockedField):
        decide([system, Layer("request", mail({"x-office": "n"}))], channels=CHANNELS)


def test_one_layer_that_gives_a_header_twice_is_left_for_the_channel_to_refuse():
    found = said({"X-Office": "Victoria", "x-office": "Nanaimo"})

    assert len(found.values["email"]["headers"]) == 2


@given(st.lists(headers, min_size=1, max_size=4))
def test_the_highest_layer_wins_and_no_header_is_lost(given: list[dict[str, str]]):
    clean = [one for one in given if len({n.lower() for n in one}) == len(one)]

    found = said(*clean).values.get("email", {}).get("headers", {})

    folded = {name.lower(): value for name, value in found.items()}
    assert len(folded) == len(found)
    expected: dict[str, str] = {}
    for one in clean:
        expected = {**expected, **{n.lower(): v for n, v in one.items()}} if one else {}
    assert folded == expected
