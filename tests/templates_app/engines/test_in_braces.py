"""What the two languages in double braces have in common: names, gaps, partials."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.engines.base import Job
from templates_app.engines.handlebars import Handlebars
from templates_app.engines.in_braces import BracesEngine
from templates_app.engines.mustache import Mustache
from templates_app.errors import MissingParams, RenderLimit

both = pytest.mark.parametrize(
    "engine", [Handlebars(), Mustache()], ids=lambda each: each.name
)


def job(params: dict[str, object], **changes: Any) -> Job:
    values: dict[str, Any] = {"html": False, "limit_bytes": 1_000, **changes}
    return Job(params, **values)


@both
def test_values_are_escaped_in_html_alone(engine: BracesEngine):
    given: dict[str, object] = {"name": "<b>"}

    assert engine.render("{{name}}", job(given)) == "<b>"
    assert engine.render("{{name}}", job(given, html=True)) == "&lt;b&gt;"


@both
def test_all_that_is_missing_is_told_at_once(engine: BracesEngine):
    with pytest.raises(MissingParams) as caught:
        engine.render("{{first}} {{here}} {{last}}", job({"here": "x"}))

    assert caught.value.names == ("first", "last")


@both
def test_what_is_missing_may_print_as_nothing(engine: BracesEngine):
    assert engine.render("[{{name}}]", job({}, allow_missing=True)) == "[]"


@both
def test_the_limit_counts_bytes_not_letters(engine: BracesEngine):
    given: dict[str, object] = {"name": "éé"}

    assert engine.render("{{name}}", job(given, limit_bytes=4)) == "éé"
    with pytest.raises(RenderLimit):
        engine.render("{{name}}", job(given, limit_bytes=3))


@both
def test_it_names_the_params_that_a_template_reads(engine: BracesEngine):
    source = "{{name}} {{address.city}} {{name}}"

    assert engine.variables(source) == {"name", "address.city"}


@both
def test_partials_that_are_known_are_rendered_and_no_problem(engine: BracesEngine):
    partials = {"footer": "Yours, {{name}}"}
    given: dict[str, object] = {"name": "Ann"}

    assert engine.check("{{> footer}}", partials) == ()
    assert engine.render("{{> footer}}", job(given, partials=partials)) == "Yours, Ann"


@both
def test_a_partial_that_is_not_known_is_told_with_its_place(engine: BracesEngine):
    [problem] = engine.check("Dear\n  {{> footer}}", ("header",))

    assert (problem.code, problem.line) == ("template_syntax", 2)
    assert "footer" in problem.message


@both
def test_a_mistake_is_a_problem_and_no_exception(engine: BracesEngine):
    [problem] = engine.check("Dear {{name", ())

    assert (problem.code, problem.line, problem.column) == ("template_syntax", 1, 6)


@both
def test_too_much_depth_is_a_problem_and_no_exception(engine: BracesEngine):
    [problem] = engine.check("{{#a}}" * 50 + "{{/a}}" * 50, ())

    assert problem.code == "render_limit"


@both
def test_a_slot_is_printed_as_it_is(engine: BracesEngine):
    slots = {"content": "<p>{{name}} & {{> footer}}</p>"}

    text = engine.render("[{{> content}}]", job({}, html=True, slots=slots))

    assert text == "[<p>{{name}} & {{> footer}}</p>]"


@both
def test_a_slot_counts_towards_the_limit(engine: BracesEngine):
    with pytest.raises(RenderLimit):
        engine.render("{{> content}}", job({}, slots={"content": "x" * 1_001}))


@both
def test_the_partials_that_it_calls_are_told_with_their_places(engine: BracesEngine):
    calls = engine.calls("{{> head}}\n{{#a}} {{> foot}}{{/a}}")

    assert [(one.name, one.line, one.column) for one in calls] == [
        ("head", 1, 1),
        ("foot", 2, 8),
    ]


@both
def test_values_can_be_marked_instead_of_escaped(engine: BracesEngine):
    marked = job({"a": "x", "b": "y"}, html=True, mark=lambda text: f"<{text}>")

    assert engine.render("{{a}} {{{b}}}", marked) == "<x> y"
