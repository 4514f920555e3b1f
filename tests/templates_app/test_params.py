"""Params are plain JSON, of a bounded size, and a copy."""

from __future__ import annotations

import enum
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.errors import ParamsInvalid, ParamsTooLarge
from templates_app.params import PARAMS_BYTES, laid_over, plain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**300), 10**300) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=12,
)


class Colour(enum.StrEnum):
    RED = "red"


@given(params=st.dictionaries(st.text(max_size=5), JSON))
def test_json_is_copied_as_it_is(params):
    assert plain(params) == json.loads(json.dumps(params))


def test_the_copy_shares_nothing():
    rows = [{"n": 1}]

    copied = plain({"rows": rows})
    rows[0]["n"] = 2

    assert copied == {"rows": [{"n": 1}]}


def test_a_tuple_is_a_list_and_a_clever_string_is_a_string():
    copied = plain({"rows": ("a",), "colour": Colour.RED})

    assert copied == {"rows": ["a"], "colour": "red"}
    assert type(copied["colour"]) is str


def test_the_limit_counts_bytes_of_json():
    fits = {"a": "é" * ((PARAMS_BYTES - 10) // 2)}

    assert plain(fits) == fits
    with pytest.raises(ParamsTooLarge):
        plain({"a": "é" * (PARAMS_BYTES // 2)})


def test_a_huge_list_is_left_at_the_limit():
    with pytest.raises(ParamsTooLarge):
        plain({"a": [None] * 10_000_000})


def test_a_list_that_holds_itself_is_refused():
    rows: list[object] = []
    rows.append(rows)

    with pytest.raises(ParamsInvalid, match="nested deeper than 20"):
        plain({"rows": rows})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**2000])
def test_a_number_that_json_cannot_hold_is_refused(value):
    with pytest.raises(ParamsInvalid, match=r"params\.rows\[1\]\.n is not a number"):
        plain({"rows": [{}, {"n": value}]})


def test_a_key_that_is_not_text_is_refused():
    with pytest.raises(ParamsInvalid, match=r"params\.a must be"):
        plain({"a": {1: 2}})


def test_what_a_param_holds_is_never_repeated():
    with pytest.raises(ParamsInvalid) as caught:
        plain({"secret": {b"hunter2"}})

    assert "hunter2" not in caught.value.message


VALUES = st.recursive(
    st.none() | st.integers() | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
PARAMS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@given(PARAMS)
def test_params_over_nothing_are_themselves(own: dict[str, Any]):
    assert laid_over({}, own) == own
    assert laid_over(own, {}) == own
    assert laid_over(own, own) == own


@given(PARAMS, PARAMS)
def test_ones_own_params_win(lower: dict[str, Any], upper: dict[str, Any]):
    merged = laid_over(lower, upper)

    assert merged.keys() == lower.keys() | upper.keys()
    for name, value in upper.items():
        if not isinstance(value, dict):
            assert merged[name] == value
    for name in lower.keys() - upper.keys():
        assert merged[name] == lower[name]
