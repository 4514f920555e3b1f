"""What every engine promises that renders here, whichever it is."""

from __future__ import annotations

import pytest

from templates_app.engines.base import Job
from templates_app.engines.registry import all_engines, outside

HERE = [one for one in all_engines() if outside(one.name) is None]
ENGINES = pytest.mark.parametrize("engine", HERE, ids=lambda each: each.name)


@ENGINES
def test_text_without_tags_stays_as_it_is(engine):
    text = "Dear all,\n\n  this is ${plain} <b>text</b>: 100 % & 'so on' é 🙂\n"

    assert engine.render(text, Job({}, html=True, limit_bytes=1_000)) == text


@ENGINES
def test_the_empty_template_renders_to_nothing(engine):
    assert engine.render("", Job({}, html=False, limit_bytes=0)) == ""
    assert engine.variables("") == frozenset()
    assert engine.check("", ()) == ()


@ENGINES
def test_it_goes_by_its_first_name(engine):
    assert engine.name == engine.names[0]
