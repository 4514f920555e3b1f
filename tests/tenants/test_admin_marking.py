"""What was looked at is known again, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from tenants.admin.marking import mark


def test_the_same_has_the_same_mark():
    assert mark([{"a": 1}]) == mark([{"a": 1}])


@pytest.mark.parametrize("other", [[{"a": 2}], [{"a": "1"}], [], None, "\ud800"])
def test_whatever_differs_has_another(other: object):
    assert mark(other) != mark([{"a": 1}])
