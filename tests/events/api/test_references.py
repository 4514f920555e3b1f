"""Fields that name an address, a group or a template."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError

from events.api.references import Entries, TemplateReference


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("a@x.org", ["a@x.org"]),
        ({"group": "G"}, [{"group": "G"}]),
        (["a@x.org", {"group": "G"}], ["a@x.org", {"group": "G"}]),
        ([], []),
    ],
)
def test_one_entry_stands_for_a_list_of_one(given: Any, read: list[Any]):
    assert Entries().run_validation(given) == read


@pytest.mark.parametrize(
    "given",
    [[7], [{"group": 7}], [{"group": "G", "x": 1}], [{"crowd": "G"}], {}, [[]], [None]],
)
def test_an_entry_is_an_address_or_a_group(given: Any):
    with pytest.raises(ValidationError):
        Entries().run_validation(given)


def test_what_goes_out_is_what_came_in():
    assert TemplateReference("body").to_representation("t") == "t"
    assert Entries().child.to_representation({"group": "G"}) == {"group": "G"}
