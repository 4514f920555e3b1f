"""Who wins, field by field; and the algebra that keeps the order of merging free."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.cascade import (
    Decision,
    Fresh,
    Layer,
    Leaf,
    LockedField,
    augment,
    decide,
    merge,
)
from events.cascade import marked as marked_layer

CHANNELS = ("email", "sms")


def decision(*layers: dict[str, Any]) -> Decision:
    """The last layer is the request, which switches channels on."""
    *lower, request = layers
    return decide(
        [
            *(Layer(f"layer {n}", values) for n, values in enumerate(lower)),
            Layer("request", request, switches=True),
        ],
        channels=CHANNELS,
    )


def test_the_higher_layer_wins_and_the_lower_fills_the_gaps():
    found = decision(
        {"email": {"priority": "low", "replyTo": ["a@example.org"]}},
        {"email": {"priority": "high", "content": {"subject": "Hello"}}},
    )

    assert found.values["email"] == {
        "priority": "high",
        "replyTo": ["a@example.org"],
        "content": {"subject": "Hello"},
    }


def test_lists_replace_lists():
    found = decision(
        {"email": {"recipients": {"to": ["a@x.org", "b@x.org"]}}},
        {"email": {"recipients": {"to": ["c@x.org"]}}},
    )

    assert found.values["email"]["recipients"] == {"to": ["c@x.org"]}


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_nothing_takes_away_what_is_inherited(nothing):
    found = decision(
        {"email": {"recipients": {"to": ["a@x.org"], "cc": ["b@x.org"]}}},
        {"email": {"recipients": {"cc": nothing}}},
    )

    assert found.values["email"]["recipients"] == {"to": ["a@x.org"]}
    assert "email.recipients.cc" not in found.decided_by


@pytest.mark.parametrize("nothing", [None, {}])
def test_a_channel_can_be_taken_away_whole(nothing):
    found = decision(
        {"email": {"content": {"subject": "A"}}},
        {"email": nothing, "sms": {"content": {"body": "B"}}},
    )

    assert found.channels == ("sms",)
    assert "email" not in found.values


def test_what_was_taken_away_stays_away_when_a_still_higher_layer_speaks():
    found = decision(
        {"email": {"headers": {"X-A": "1"}}},
        {"email": {"headers": {}}},
        {"email": {"headers": {"X-B": "2"}}},
    )

    assert found.values["email"]["headers"] == {"X-B": "2"}


def test_defaults_describe_a_channel_and_do_not_switch_it_on():
    found = decision(
        {"email": {"priority": "low"}, "sms": {"priority": "low"}},
        {"sms": {"content": {"body": "x"}}},
    )

    assert found.channels == ("sms",)


def test_channels_come_in_the_order_of_the_table():
    found = decision({"sms": {"a": 1}, "email": {"a": 1}})

    assert found.channels == ("email", "sms")


@pytest.mark.parametrize("reference", ["a template", None])
def test_a_template_replaces_the_lower_content_whole(reference):
    found = decision(
        {"email": {"content": {"subject": "old", "body": "old", "renderer": "plain"}}},
        {"email": {"content": {"template": reference, "subject": "new"}}},
    )

    expected = {"subject": "new"} | ({"template": reference} if reference else {})
    assert found.values["email"]["content"] == expected


def test_a_lone_subject_replaces_that_one_field_of_an_inherited_template():
    found = decision(
        {"email": {"content": {"template": "t", "bodyType": "html"}}},
        {"email": {"content": {"subject": "new"}}},
    )

    assert found.values["email"]["content"] == {
        "template": "t",
        "bodyType": "html",
        "subject": "new",
    }


def test_params_merge_name_by_name():
    found = decision(
        {"params": {"a": 1, "person": {"first": "Ann", "last": "Lee"}}},
        {"params": {"b": 2, "person": {"first": "Bea"}}},
    )

    assert found.values["params"] == {
        "a": 1,
        "b": 2,
        "person": {"first": "Bea", "last": "Lee"},
    }


@pytest.mark.parametrize("value", [None, [], {}, "", 0, False])
def test_an_empty_param_is_a_value(value):
    found = decision(
        {"params": {"rows": [1]}, "email": {"params": {"rows": [1]}}},
        {"params": {"rows": value}, "email": {"params": {"rows": value}}},
    )

    assert found.values["params"] == {"rows": value}
    assert found.values["email"]["params"] == {"rows": value}


def test_a_param_that_is_called_content_is_nothing_special():
    found = decision(
        {"params": {"content": {"subject": "kept"}}},
        {"params": {"content": {"template": "T-shirt"}}},
    )

    assert found.values["params"] == {
        "content": {"subject": "kept", "template": "T-shirt"}
    }


def test_each_field_says_who_decided_it():
    found = decision(
        {"email": {"priority": "low", "content": {"bodyType": "html"}}},
        {"params": {"a": 1}, "email": {"content": {"subject": "S"}}},
    )

    assert found.decided_by == {
        "email.priority": "layer 0",
        "email.content.bodyType": "layer 0",
        "email.content.subject": "request",
    }


def locked(*higher: dict[str, Any]) -> Decision:
    system = Layer(
        "system",
        {"email": {"from": "a@gov.example", "content": {"bodyType": "text"}}},
        locked=frozenset({"email.from", "email.content.bodyType", "email.account"}),
    )
    names = ("tenant", "request")[-len(higher) :]
    layers = [Layer(n, v, switches=True) for n, v in zip(names, higher, strict=True)]
    return decide([system, *layers], channels=CHANNELS)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"email": {"from": "b@x.org"}}, "email.from"),
        ({"email": {"from": None}}, "email.from"),
        ({"email": {"account": {"deep": 1}}}, "email.account"),
        ({"email": {"content": {"bodyType": []}}}, "email.content.bodyType"),
    ],
)
def test_a_locked_field_may_not_even_be_emptied(values, path):
    with pytest.raises(LockedField) as caught:
        locked(values)

    assert (caught.value.path, caught.value.layer) == (path, "request")


def test_a_locked_field_outlives_the_replacing_of_what_it_lies_in():
    found = locked({"email": {}}, {"email": {"content": {"template": "t"}}})

    assert found.values["email"] == {
        "from": "a@gov.example",
        "content": {"template": "t", "bodyType": "text"},
    }
    assert found.decided_by["email.from"] == "system"


def test_a_locked_field_does_not_bring_a_suppressed_channel_back():
    found = locked({"email": {"priority": "low"}}, {"email": {}})

    assert found.channels == ()
    assert "email" not in found.values


NAMES = st.sampled_from(["email", "sms", "params", "content", "template", "x"])
SCALARS = st.one_of(st.none(), st.integers(0, 3), st.lists(st.integers(0, 2)))
TREES = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
    ),
    max_size=3,
)


def marked(values: dict[str, Any], name: str = "one") -> Any:
    return marked_layer(Layer(name, values))


def told(tree: Any) -> Any:
    """With what `==` of dictionaries does not see."""
    if isinstance(tree, Leaf):
        return ("leaf", repr(tree.value), tree.layer)
    return (isinstance(tree, Fresh), {key: told(one) for key, one in tree.items()})


@given(TREES, TREES, TREES)
def test_merging_is_associative(low, middle, high):
    a, b, c = marked(low, "a"), marked(middle, "b"), marked(high, "c")

    assert told(merge(merge(a, b), c)) == told(merge(a, merge(b, c)))


@given(TREES)
def test_an_empty_layer_changes_nothing(values):
    tree = marked(values)

    assert told(merge(tree, marked({}))) == told(tree)
    assert told(merge(marked({}), tree)) == told(tree)


@given(TREES)
def test_saying_a_thing_twice_is_saying_it_once(values):
    tree = marked(values)

    assert told(merge(tree, tree)) == told(tree)


@given(TREES, TREES)
def test_a_decision_names_a_layer_for_each_field_and_only_for_those(low, high):
    found = decide(
        [Layer("a", low), Layer("b", high, switches=True)], channels=CHANNELS
    )

    def paths(value: Any, path: tuple[str, ...]) -> set[str]:
        if not isinstance(value, dict):
            return {".".join(path)}
        return {
            one
            for key, inner in value.items()
            if not (key == "params" and len(path) < 2)
            for one in paths(inner, (*path, key))
        }

    assert set(found.decided_by) == paths(dict(found.values), ()) - {""}
    assert set(found.decided_by.values()) <= {"a", "b"}


@given(TREES, TREES)
def test_merging_leaves_its_operands_as_they_were(low, high):
    a, b = marked(low), marked(high)
    before = told(a), told(b)

    merge(a, b)

    assert (told(a), told(b)) == before


# --- Augments, and layers that only describe ---


def augmented(lower: dict[str, Any], more: dict[str, Any]) -> Decision:
    return decide(
        [Layer("event", lower, switches=True)],
        channels=CHANNELS,
        augments=Layer("augments", more),
    )


def test_augmented_lists_grow_by_what_they_do_not_have():
    found = augmented(
        {"email": {"recipients": {"cc": ["a@x.org", {"group": "G"}]}}},
        {"email": {"recipients": {"cc": [{"group": "G"}, "b@x.org"], "to": ["c"]}}},
    )

    assert found.values["email"]["recipients"] == {
        "cc": ["a@x.org", {"group": "G"}, "b@x.org"],
        "to": ["c"],
    }
    assert found.decided_by == {
        "email.recipients.cc": "event+augments",
        "email.recipients.to": "augments",
    }


def test_augmented_scalars_only_fill_what_is_unset():
    found = augmented(
        {"email": {"priority": "low", "from": None, "content": {"template": "t"}}},
        {"email": {"priority": "high", "from": "a", "content": {"template": "u"}}},
    )

    assert found.values["email"] == {
        "priority": "low",
        "from": "a",
        "content": {"template": "t"},
    }


@pytest.mark.parametrize("lower", [{}, {"sms": {}}, {"sms": None}])
def test_a_channel_that_is_off_is_not_augmented_and_that_is_told(lower):
    found = augmented({"email": {"a": 1}, **lower}, {"sms": {"b": 1}})

    assert found.channels == ("email",)
    assert "sms" not in found.values
    assert found.unheard == ("sms",)


def test_augments_may_not_set_what_is_locked():
    system = Layer("system", {"email": {"from": "a"}}, locked=frozenset({"email.from"}))
    with pytest.raises(LockedField) as caught:
        decide(
            [system, Layer("event", {"email": {"a": 1}}, switches=True)],
            channels=CHANNELS,
            augments=Layer("augments", {"email": {"from": "b"}}),
        )

    assert caught.value.layer == "augments"


def test_a_channel_that_an_event_only_describes_is_switched_on_by_the_request():
    event = Layer(
        "event",
        {"email": {"priority": "low"}, "sms": {"priority": "low"}},
        switches=True,
        only_describes=frozenset({"sms"}),
    )

    def channels(*higher: dict[str, Any]) -> tuple[str, ...]:
        layers = [event, *(Layer("request", one, switches=True) for one in higher)]
        return decide(layers, channels=CHANNELS).channels

    assert channels() == ("email",)
    assert channels({"sms": {"content": {"body": "x"}}}) == ("email", "sms")


def test_a_request_for_all_wins_over_an_events_channel_and_loses_to_its_own():
    layers = [
        Layer("event", {"params": {"a": 0, "z": 0}, "email": {"params": {"a": 1}}}),
        Layer("request", {"params": {"a": 2}, "email": {"x": 1}}, switches=True),
    ]
    own = Layer("overrides", {"email": {"params": {"a": 3}}}, switches=True)

    def params(*layers: Layer, **more: Any) -> Any:
        return decide(layers, channels=CHANNELS, **more).params["email"]

    assert params(*layers) == {"a": 2, "z": 0}
    assert params(*layers, own) == {"a": 3, "z": 0}
    more = Layer(
        "augments", {"params": {"a": 9, "n": 1}, "email": {"params": {"m": 1}}}
    )
    assert params(*layers, augments=more) == {"a": 2, "z": 0, "n": 1, "m": 1}


def test_a_channels_own_params_can_be_taken_away_and_its_parents_stay():
    layers = [
        Layer("event", {"params": {"a": 1}, "email": {"params": {"b": 1}}}),
        Layer("overrides", {"email": {"params": {}, "x": 1}}, switches=True),
    ]

    assert decide(layers, channels=CHANNELS).params["email"] == {"a": 1}


@given(TREES, TREES)
def test_augmenting_twice_is_augmenting_once(values, more):
    tree, added = marked(values, "low"), marked(more, "more")
    once = augment(tree, added)

    assert told(augment(once, added)) == told(once)


@given(TREES)
def test_augmenting_with_nothing_changes_nothing(values):
    tree = marked(values)

    assert told(augment(tree, marked({}))) == told(tree)


@given(TREES, TREES)
def test_augmenting_takes_nothing_away(low, more):
    def kept(before: Any, after: Any) -> bool:
        if isinstance(before, dict):
            return isinstance(after, dict) and all(
                key in after and kept(value, after[key])
                for key, value in before.items()
            )
        if isinstance(before, list):
            return isinstance(after, list) and after[: len(before)] == before
        return bool(after == before)

    layers = [Layer("low", low, switches=True)]
    before = decide(layers, channels=CHANNELS)
    after = decide(layers, channels=CHANNELS, augments=Layer("more", more))

    assert after.channels == before.channels
    assert kept(before.values, after.values)


@given(TREES, TREES)
def test_augmenting_leaves_its_operands_as_they_were(low, more):
    a, b = marked(low), marked(more)
    before = told(a), told(b)

    augment(a, b)

    assert (told(a), told(b)) == before


@given(TREES, TREES)
def test_an_override_by_nothing_is_idempotent(low, high):
    """Whatever lies below, {} leaves no channel, however often it is said."""
    layers = [Layer("low", low, switches=True), Layer("high", high, switches=True)]
    nothing = Layer("overrides", {"email": {}}, switches=True)

    once = decide([*layers, nothing], channels=CHANNELS)
    twice = decide([*layers, nothing, nothing], channels=CHANNELS)

    assert "email" not in once.channels
    assert once.values == twice.values
