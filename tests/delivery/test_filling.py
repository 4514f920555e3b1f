"""One request's renderings share a budget, whatever each of them may take."""

from __future__ import annotations

import pytest

from delivery.filling import WAIT_SECONDS, WORK_SECONDS, Filling
from templates_app.errors import MissingParams, RenderLimit
from templates_app.shapes import Words

BOMB = "{{#each a}}{{#each ../a}}{{#each ../../a}}x{{/each}}{{/each}}{{/each}}"


def each(filling: Filling, entry: str = "{{x}}") -> tuple[str, ...]:
    return filling.each("handlebars", entry, {"x": ["1", "2"]}, field="to[0]")


def text(filling: Filling, source: str) -> str:
    made = filling.body(
        Words(source, "html", "handlebars"),
        {"x": "<", "a": list(range(200))},
        field="content.body",
        missing="error",
    )
    return made.body


class Clock:
    """Stands still until it is told otherwise."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_within_the_budget_it_is_rendering_as_ever():
    filling = Filling()

    assert each(filling) == ("1", "2")
    assert text(filling, "{{x}}") == "&lt;"
    with pytest.raises(MissingParams):
        text(filling, "{{nobody}}")
    assert each(filling) == ("1", "2")


@pytest.mark.parametrize("which", [0, 1])
def test_nothing_is_begun_after_the_budget_is_used_up(which: int):
    clocks = (Clock(), Clock())
    filling = Filling(*clocks)
    limit = (WORK_SECONDS, WAIT_SECONDS)[which]

    clocks[which].now += limit - 0.01
    assert each(filling) == ("1", "2")

    clocks[which].now += 0.02
    with pytest.raises(RenderLimit) as caught:
        each(filling)
    assert caught.value.errors[0].field == "to[0]"


def test_the_first_that_goes_beyond_its_own_limit_is_the_last():
    filling = Filling()
    with pytest.raises(RenderLimit):
        text(filling, BOMB)

    with pytest.raises(RenderLimit):
        each(filling)
