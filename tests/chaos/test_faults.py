"""The table of faults names what there is."""

from __future__ import annotations

import inspect
import re
from pkgutil import resolve_name

import pytest

from tests.chaos.faults import FAULTS, turns


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_can_be_run_and_says_its_number(name):
    run = resolve_name(FAULTS[name].run)

    assert re.match(rf"{name}\. [A-Z]", run.__doc__)


def test_those_that_wait_run_side_by_side_and_none_is_left_out():
    whole = turns(list(FAULTS))

    assert [name for names in whole for name in names] == list(FAULTS)
    assert ["F4", "F5", "F7", "F24"] in whole
    assert max(len(names) for names in whole if names[0] != "F4") == 1
    assert turns(["F4", "F6", "F7"]) == [["F4"], ["F6"], ["F7"]]


@pytest.mark.parametrize("name", FAULTS)
def test_each_size_is_one_of_what_runs(name):
    run = resolve_name(FAULTS[name].run)

    assert set(FAULTS[name].sizes.values()) <= set(inspect.signature(run).parameters)


def test_the_environment_makes_a_fault_larger():
    rate = FAULTS["F23"]

    assert rate.sized({}) == rate.sized({"F23_SECONDS": ""}) == {}
    assert rate.sized({"F23_SECONDS": "600", "F23_WORKERS": "8"}) == {
        "seconds": 600,
        "crew": 8,
    }
