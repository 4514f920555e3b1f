"""Who wins, field by field; and the algebra that keeps the order of merging free."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.cascade import Decision, Fresh, Layer, Leaf, LockedField, decide, merge
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
