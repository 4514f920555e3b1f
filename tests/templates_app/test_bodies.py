"""A body, with its layout around it and what both call."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.bodies import write
from templates_app.errors import MissingParams, RenderLimit, TemplateSyntax
from templates_app.shapes import Layout, Words


def words(source: str, **changes: Any) -> Words:
    given = {"body_type": "html", "engine": "handlebars", **changes}
    return Words(source, **given)


def around(source: str, engine: str = "handlebars") -> Layout:
    return Layout(source, engine)


def test_a_layout_is_put_around_the_text():
    layout = around("<h1>{{office}}</h1>{{> content}}{{> foot}}")
    partials = {"foot": "<i>{{office}}</i>"}
    body = words("<p>{{name}}</p>", layout=layout, partials=partials)

    text = write(body, {"name": "A&B", "office": "<BC>"}, field="body")

    assert text == "<h1>&lt;BC&gt;</h1><p>A&amp;B</p><i>&lt;BC&gt;</i>"


def test_the_line_of_the_content_stays_a_line():
    layout = around("Above\n  {{> content}}\nBelow")
    body = words("one\ntwo", body_type="text", layout=layout)

    assert write(body, {}, field="body") == "Above\n  one\ntwo\nBelow"


def test_what_somebody_fills_in_is_never_read_as_a_template():
    body = words("{{name}}", layout=around("[{{> content}}]"))

    text = write(body, {"name": "{{secret}}{{> foot}}", "secret": "x"}, field="body")

    assert text == "[{{secret}}{{&gt; foot}}]"


def test_text_is_not_escaped():
    body = words("{{x}}", body_type="text", layout=around("{{> content}}-{{x}}"))

    assert write(body, {"x": "<&>"}, field="body") == "<&>-<&>"


def test_a_layout_may_be_in_another_language():
    layout = around("({{> content}})")
    body = words("{{#a}}{{.}},{{/a}}", engine="mustache", layout=layout)

    assert write(body, {"a": [1, 2]}, field="body") == "(1,2,)"


def test_all_that_is_missing_in_both_is_told_at_once():
    layout = around("{{office}} {{name}} {{> content}} {{> foot}}")
    body = words("{{name}}", layout=layout, partials={"foot": "{{phone}}"})

    with pytest.raises(MissingParams) as caught:
        write(body, {}, field="content.body")

    assert caught.value.names == ("name", "office", "phone")
    assert [one.field for one in caught.value.errors] == ["content.body"]
    assert write(body, {}, field="body", missing="empty").strip() == ""


def test_a_partial_that_is_gone_is_told():
    with pytest.raises(TemplateSyntax, match="no partial"):
        write(words("a\n{{> gone}}"), {}, field="body")


@pytest.mark.parametrize(
    "partials",
    [
        {"a": "{{> a}}"},
        {"a": "{{> b}}", "b": "{{> a}}"},
        {"a": "{{> b}}{{> b}}", **{
            chr(98 + n): f"{{{{> {chr(99 + n)}}}}}" * 9 for n in range(18)
        }, "t": "x"},
    ],
    ids=["itself", "each other", "one calls nine"],
)  # fmt: skip
def test_partials_that_multiply_end_in_time(partials: dict[str, str]):
    body = words("{{> a}}", layout=around("{{> content}}{{> a}}"), partials=partials)

    with pytest.raises(RenderLimit):
        write(body, {}, field="body")
