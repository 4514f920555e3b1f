"""A test that is about one database is in that database's run, or fails the whole."""

from __future__ import annotations

import pytest

from tests.services import only_on


def test_a_test_of_both_names_none(request: pytest.FixtureRequest):
    assert only_on(request.node) is None


def test_one_for_postgresql_is_in_its_run(request: pytest.FixtureRequest):
    request.node.add_marker(pytest.mark.only_on("postgresql"))

    assert only_on(request.node) == "postgresql"


def test_one_for_sqlite_is_in_the_second_run(request: pytest.FixtureRequest):
    request.node.add_marker(pytest.mark.only_on("sqlite"))
    with pytest.raises(pytest.UsageError, match="no run would have it"):
        only_on(request.node)

    request.node.add_marker(pytest.mark.each_database)
    assert only_on(request.node) == "sqlite"


def test_a_name_that_is_no_database_is_told(request: pytest.FixtureRequest):
    request.node.add_marker(pytest.mark.only_on("oracle"))

    with pytest.raises(pytest.UsageError, match="'oracle'"):
        only_on(request.node)
