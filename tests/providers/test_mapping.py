"""What a service is given of the params."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.mapping import ABSENT, at, data_of, is_path, missing

PARAMS = {
    "name": "Zoë",
    "empty": "",
    "nothing": None,
    "zero": 0,
    "no": False,
    "applicant": {"name": "Ann", "phones": ["1", "2"]},
    "a.b": "dotted",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("name", "Zoë"),
        ("applicant.name", "Ann"),
        ("applicant.phones.1", "2"),
        ("applicant.phones.2", ABSENT),
        ("applicant.phones.x", ABSENT),
        ("applicant.none.more", ABSENT),
        ("name.length", ABSENT),
        ("a.b", "dotted"),
        ("nothing", None),
    ],
)
def test_a_path_leads_through_maps_and_lists(path: str, found: Any):
    assert at(PARAMS, path) == found


def test_what_is_empty_is_missing_and_what_is_zero_is_not():
    wanted = ["name", "empty", "nothing", "zero", "no", "applicant.name", "x.y"]

    assert missing(PARAMS, wanted) == ["empty", "nothing", "x.y"]


def test_without_a_mapping_all_params_go_and_the_fixed_ones_win():
    found = data_of({"a": 1, "b": 1}, fixed={"b": 2, "c": 2}, taken={})

    assert found == {"a": 1, "b": 2, "c": 2}


def test_with_a_mapping_only_those_that_are_named_go():
    taken = {"citizen": "applicant.name", "phone": "applicant.phones.0", "x": "none"}

    found = data_of(PARAMS, fixed={"office": "Victoria"}, taken=taken)

    assert found == {"citizen": "Ann", "phone": "1", "office": "Victoria"}


@pytest.mark.parametrize("path", ["a", "a.b.c", "first-name", "rows.0.x", "é"])
def test_names_with_dots_between_are_a_path(path: str):
    assert is_path(path)


@pytest.mark.parametrize("path", ["", ".", "a.", ".a", "a..b", "a b", "x." * 11 + "x"])
def test_others_are_none(path: str):
    assert not is_path(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc.", max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON, st.text("abc.012", max_size=9))
def test_no_path_breaks_on_any_value(values: Any, path: str):
    at(values, path)


@given(st.dictionaries(st.text("ab", min_size=1), JSON), st.text("ab", min_size=1))
def test_a_lone_name_is_what_lies_there(values: dict[str, Any], name: str):
    assert at(values, name) == values.get(name, ABSENT)
