"""The table of faults names what there is."""

from __future__ import annotations

import re
from pkgutil import resolve_name

import pytest

from tests.chaos.faults import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_can_be_run_and_says_its_number(name):
    run = resolve_name(FAULTS[name].run)

    assert re.match(rf"{name}\. [A-Z]", run.__doc__)
