"""Our side of the press: limits, errors with their place, marks for values."""

from __future__ import annotations

import time

import pytest

from templates_app import finishing
from templates_app.errors import RenderLimit, TemplateError, TemplateSyntax
from templates_app.finishing import Marks, inlined, markdown, mjml, text_of


def test_values_come_out_as_they_went_in():
    marks = Marks()
    source = f"Dear *{marks.put('A*B')}* and {marks.put('<c>')}{marks.put('')}"

    assert markdown(source, marks.values).strip() == (
        "<p>Dear <em>A*B</em> and &lt;c&gt;</p>"
    )


def test_more_than_ten_values_are_told_apart():
    marks = Marks()
    source = " ".join(marks.put(str(number)) for number in range(12))

    assert markdown(source, marks.values).strip() == (
        "<p>0 1 2 3 4 5 6 7 8 9 10 11</p>"
    )


def test_values_are_bounded_together():
    marks = Marks()
    marks.put("x" * 900_000)

    with pytest.raises(RenderLimit):
        marks.put("x" * 200_000)


def test_html_without_rules_stays_byte_for_byte():
    html = "<P>odd<br/>but&nbsp;mine"

    assert inlined(html) is html


def test_rules_are_moved():
    assert '<p style="color: red;">' in inlined("<style>p{color:red}</style><p>x")


def test_a_mistake_in_mjml_is_told_in_words():
    with pytest.raises(TemplateSyntax, match="MJML cannot be read"):
        mjml("<mjml><mj-body></mjml>")


def test_its_place_is_told_where_it_is_known():
    source = "<mjml>\n<mj-body>\n <mj-include path='x' /></mj-body></mjml>"

    with pytest.raises(TemplateSyntax) as told:
        mjml(source)

    assert (told.value.line, told.value.column) == (3, 2)


BOMBS = {
    "deep html": "<style>p{color:red}</style>" + "<div>" * 150_000,
    "deep inline": "<style>p{color:red}</style>" + "<b>" * 150_000,
    "many rules": "<style>"
    + "".join(f"div p:nth-child({n}n) ~ b{{color:red}}" for n in range(8_000))
    + "</style>"
    + "<div><p>x</p><b>y</b></div>" * 8_000,
    "long selector": "<style>" + "div " * 20_000 + "{color:red}</style><p>x</p>",
}


@pytest.mark.parametrize("html", BOMBS.values(), ids=BOMBS.keys())
def test_html_that_costs_without_end_ends(html: str):
    started = time.monotonic()
    try:
        inlined(html)
    except TemplateError:
        pass

    assert time.monotonic() - started < 20  # its own limit is 3 seconds


MARKDOWN_BOMBS = ["[" * 50_000, "> " * 20_000 + "x", "*a " * 50_000, "`" * 60_001,
                  "- " * 20_000, "![" * 30_000, "|a" * 30_000 + "|\n" + "|-" * 30_000,
                  "<" * 60_000, "a\n" * 30_000, "**a*" * 15_000]  # fmt: skip


@pytest.mark.parametrize("source", MARKDOWN_BOMBS, ids=lambda one: one[:4])
def test_markdown_that_costs_without_end_ends(source: str):
    try:
        assert len(markdown(source, {})) < 1_000_001
    except TemplateError:
        pass


@pytest.mark.parametrize(
    "source",
    [
        "<mjml><mj-body>" + "<mj-wrapper>" * 50_000,
        "<mjml><mj-body><mj-raw>" + "<div>" * 50_000,
        "<mjml><mj-body>" + "<mj-section></mj-section>" * 20_000 + "</mj-body></mjml>",
    ],
)
def test_mjml_that_costs_without_end_ends(source: str):
    try:
        mjml(source)
    except TemplateError:
        pass
    assert finishing.markdown("still *here*", {}).strip() == (
        "<p>still <em>here</em></p>"
    )


def test_a_text_part_that_is_too_deep_is_told():
    with pytest.raises(RenderLimit):
        text_of("<div>" * 1_000 + "x")
