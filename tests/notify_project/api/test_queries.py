"""Query parameters: known ones, fit for a database; nothing is passed over."""

from __future__ import annotations

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from notify_project.api.queries import UnknownParameter, known
from notify_project.errors import Malformed


def asked(query: str) -> Request:
    return Request(APIRequestFactory().get(f"/x?{query}"))


def test_known_ones_are_given_as_text_and_the_last_counts():
    assert known(asked("a=1&b=&a=2"), "a", "b", "c") == {"a": "2", "b": ""}


def test_an_unknown_one_is_named_beside_the_known():
    with pytest.raises(UnknownParameter, match="preview, limit") as caught:
        known(asked("preveiw=true"), "preview", "limit")

    assert caught.value.errors[0].field == "preveiw"


def test_a_long_name_makes_no_long_answer():
    with pytest.raises(UnknownParameter) as caught:
        known(asked(f"{'x' * 5000}=1"))

    assert len(caught.value.message) < 200
    assert len(caught.value.errors[0].field) <= 60


def test_text_that_no_database_takes_is_refused():
    with pytest.raises(Malformed) as caught:
        known(asked("tag=a%00b"), "tag")

    assert caught.value.errors[0].field == "tag"
