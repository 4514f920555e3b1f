"""A body, with its layout around it and what both call."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app import bodies
from templates_app.bodies import Body
from templates_app.errors import (
    MissingParams,
    RenderLimit,
    TemplateError,
    TemplateSyntax,
)
from templates_app.shapes import Layout, Words


def words(source: str, **changes: Any) -> Words:
    given = {"body_type": "html", "engine": "handlebars", **changes}
    return Words(source, **given)


def write(body: Words, params: dict[str, Any], **given: Any) -> str:
    return bodies.write(body, params, **given).body


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


def made(source: str, body_type: str, params: Any = None, **changes: Any) -> Body:
    body = words(source, body_type=body_type, **changes)
    return bodies.write(body, params or {}, field="body")


def test_html_comes_with_its_text_part():
    body = made('<p>Dear {{n}}</p><a href="{{u}}">Pay</a>', "html", {
        "n": "A & B", "u": "https://x.example/?a=1&b=2"})  # fmt: skip

    assert body.body_type == "html"
    assert body.text == "Dear A & B\n\nPay (https://x.example/?a=1&b=2)"


def test_text_is_all_there_is_of_text():
    assert made("<p>{{n}}", "text", {"n": 1}) == Body("<p>1", "text")


def test_markdown_becomes_html_within_its_layout():
    layout = around("<style>p{margin:0}</style><main>{{> content}}{{place}}</main>")
    params = {"name": "*Jane*", "place": "<BC>", "rows": ["a", "b"]}

    body = made(
        "# Dear {{name}}\n\n{{#each rows}}\n- {{this}}\n{{/each}}\n\nBye",
        "markdown", params, layout=layout)  # fmt: skip

    assert "<h1>Dear *Jane*</h1>" in body.body
    assert '<p style="margin: 0px;">Bye</p>' in body.body.replace(
        "margin: 0;", "margin: 0px;"
    )
    assert "&lt;BC&gt;" in body.body
    assert body.text == "Dear *Jane*\n\n- a\n- b\n\nBye\n\n<BC>"
    assert body.body_type == "html"


def test_three_braces_are_read_as_markdown_and_stay_harmless():
    body = made(
        "{{{x}}}", "markdown", {"x": "*a* <script>b</script> [c](javascript:d)"}
    )

    assert "<em>a</em>" in body.body
    assert "<script" not in body.body
    assert "href" not in body.body


@pytest.mark.parametrize(
    "value", ["</p><script>", "[x](javascript:y)", "\n\n# Head", "`", "<!--", "|", "\\"]
)
def test_a_value_is_never_markdown(value: str):
    source = "Dear **{{x}}**, [go]({{x}}) `{{x}}`\n\n| a |\n|---|\n| {{x}} |"

    body = made(source, "markdown", {"x": value})

    assert "<script" not in body.body
    assert "<h1>" not in body.body
    assert 'javascript:y"' not in body.body


def test_mjml_becomes_html():
    layout = around(
        "<mjml><mj-body><mj-section><mj-column>{{> content}}</mj-column></mj-section>"
        "</mj-body></mjml>"
    )
    body = made("<mj-text>Dear {{n}}</mj-text>", "mjml", {"n": "A<B"}, layout=layout)

    assert body.body.lower().startswith("<!doctype html>")
    assert "Dear A&lt;B" in body.body
    assert body.text == "Dear A<B"


def test_mjml_that_cannot_be_read_is_told_by_its_field():
    with pytest.raises(TemplateSyntax) as told:
        made("<mjml><mj-body>{{n}}</mjml>", "mjml", {"n": 1})

    assert [one.field for one in told.value.errors] == ["body"]


def test_what_is_sent_as_it_is_gets_its_text_part_too():
    body = made("<p>{{not a tag</p>", "html", engine="")

    assert body == Body("<p>{{not a tag</p>", "html", "{{not a tag")


def test_jinja_cannot_keep_values_apart_from_markdown(settings: Any):
    settings.ALLOW_JINJA = True

    with pytest.raises(TemplateError, match="handlebars or mustache"):
        made("{{ n }}", "markdown", {"n": 1}, engine="jinja")


def test_a_document_is_only_rendered():
    body = words(
        "<style>p{color:red}</style><p>{{n}}</p>", layout=around("[{{> content}}]")
    )

    page = bodies.page(body, {"n": "<"}, field="template")

    assert page == "[<style>p{color:red}</style><p>&lt;</p>]"
