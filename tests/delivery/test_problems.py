"""All that is wrong is told at once, in a short sentence and a list."""

from __future__ import annotations

import pytest

from delivery.problems import Problems
from notify_project.errors import Conflict, FieldError, Invalid


def wrong(field: str, code: str = "bad") -> None:
    raise Invalid(f"{field} is bad.", field=field, code=code)


def test_nothing_wrong_is_nothing_raised():
    problems = Problems()

    assert problems.gather(lambda: 5) == 5
    problems.raise_all()


def test_one_problem_is_raised_as_it_is():
    problems = Problems()
    assert problems.gather(wrong, "a") is None

    with pytest.raises(Invalid) as caught:
        problems.raise_all()

    assert caught.value is problems.found[0]


def test_several_are_one_with_all_their_fields():
    problems = Problems()
    for field in ("a", "b", "c"):
        problems.gather(wrong, field)

    with pytest.raises(Invalid) as caught:
        problems.raise_all()

    assert caught.value.message == "a is bad. (and 2 more, see errors)"
    assert [one.field for one in caught.value.errors] == ["a", "b", "c"]
    assert caught.value.kind == "bad"


def test_problems_of_several_kinds_are_just_invalid():
    problems = Problems()
    problems.gather(wrong, "a", code="one")
    problems.gather(wrong, "b", code="two")

    with pytest.raises(Invalid) as caught:
        problems.raise_all()

    assert caught.value.kind == "invalid"


def test_a_problem_without_a_field_is_in_the_list_too():
    def general() -> None:
        raise Invalid("All of it.")

    problems = Problems()
    problems.gather(general)
    problems.gather(wrong, "a")

    with pytest.raises(Invalid) as caught:
        problems.raise_all()

    assert caught.value.errors[0] == FieldError("", "invalid", "All of it.")


def test_what_the_caller_cannot_mend_is_not_collected():
    def conflict() -> None:
        raise Conflict("Not now.")

    with pytest.raises(Conflict):
        Problems().gather(conflict)
