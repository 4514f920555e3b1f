"""The language of braces, compared with Google's engine, and its inner limits."""

from __future__ import annotations

import pytest
from dotpromptz_handlebars import Handlebars, StrictModeError
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.braces import program
from templates_app.braces.dialects import HANDLEBARS, MUSTACHE
from templates_app.errors import (
    MissingParams,
    ObjectPrinted,
    RenderLimit,
    TemplateSyntax,
)
from templates_app.rendering import render

# Left out, for there Handlebars.js does as we do and the other does not: `~` beside a
# tag that is alone on its line, a blank between two tags of one line, and lookup in {}.
NAMES = st.sampled_from(
    ["a", "b", "c", "a.b", "b.c", "this", "../a", "@index", "@root.a"]
)
# Whitespace matters, and so does where the lines break.
WORDS = st.sampled_from(["x", " ", "\n", "\n  ", "<p>", "$", "é", "\t\n", "it's", "="])


def _block(kind: str, name: str, body: str, other: str) -> str:
    opening = f"{{{{#{kind} {name}}}}}" if kind else f"{{{{#{name}}}}}"
    return f"{opening}.{body}{{{{else}}}}.{other}{{{{/{kind or name}}}}}"


def _templates(kinds: list[str], *extra: st.SearchStrategy[str]):
    return st.recursive(
        st.one_of(
            WORDS,
            NAMES.map("{{%s}}".__mod__),
            NAMES.map("{{{%s}}}".__mod__),
            NAMES.map("x\n {{~%s~}} x".__mod__),
            st.just("x{{! gone }}x"),
            st.just("\n  {{!-- gone --}}\n"),
            *extra,
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=5).map("".join),
            st.builds(_block, st.sampled_from(kinds), SUBJECTS, inner, inner),
            inner.map("\n{{#if a}}\n%s\n{{else if b}}\n-\n{{/if}}\n".__mod__),
        ),
        max_leaves=12,
    )


HELPERS = ["if", "unless", "each", "with"]
SUBJECTS = st.sampled_from(["a", "b", "c", "a.b", "b.c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x<y", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, min_size=1)
    ),
    max_leaves=10,
)


@settings(deadline=None, max_examples=500)
@given(
    source=_templates([*HELPERS, ""], NAMES.map("{{lookup a '%s'}}".__mod__)),
    params=st.dictionaries(st.sampled_from("abc"), VALUES),
    html=st.booleans(),
)
def test_it_prints_what_another_handlebars_prints(source, params, html):
    oracle = Handlebars(escape_html=html)

    theirs = oracle.compile(source)(params)

    try:
        ours = render("handlebars", source, params, html=html, missing="empty")
    except ObjectPrinted:
        assert "[object Object]" in theirs  # which we let nobody read
    else:
        assert ours == theirs


@settings(deadline=None, max_examples=300)
@given(
    source=_templates(HELPERS),
    params=st.dictionaries(st.sampled_from("abc"), VALUES),
)
def test_it_misses_something_exactly_when_another_handlebars_does(source, params):
    """Sections and lookup aside: with us one is a guard, and the other is not."""
    oracle = Handlebars(strict=True).compile(source)

    try:
        expected: str | None = oracle(params)
    except StrictModeError:
        expected = None

    if expected is None:
        with pytest.raises(MissingParams):
            render("handlebars", source, params, html=True)
    elif "[object Object]" in expected:
        with pytest.raises(ObjectPrinted):
            render("handlebars", source, params, html=True)
    else:
        assert render("handlebars", source, params, html=True) == expected


def test_a_template_is_read_once():
    source = "Read once: {{x}}"

    assert program.compiled(source, HANDLEBARS) is program.compiled(source, HANDLEBARS)


def test_the_dialects_do_not_share_what_they_read():
    source = "{{#if}}x{{/if}}"
    params = {"if": True}

    assert render("mustache", source, params, html=False) == "x"
    with pytest.raises(TemplateSyntax):
        render("handlebars", source, params, html=False)


@pytest.mark.parametrize(
    "source",
    [
        "{{#if a}}" * 21 + "{{/if}}" * 21,
        "{{#if " + "(lookup " * 21 + "a 'b'" + " 'b')" * 21 + "}}{{/if}}",
        "{{" + "(" * 20_000 + "}}",
        "{{" + ".".join("a" * 30) + "}}",
        "{{" + "../" * 2_000 + "a}}",
        "{{a}}" * 5_001,
        "{{#*inline 'p'}}" * 21 + "{{/inline}}" * 21,
    ],
)
def test_nesting_and_counting_end_somewhere(source):
    with pytest.raises((RenderLimit, TemplateSyntax)) as caught:
        render("handlebars", source, {}, html=False)

    assert len(caught.value.message) < 300


def test_twenty_blocks_deep_is_still_fine():
    source = "{{#if a}}" * 20 + "x" + "{{/if}}" * 20

    assert render("handlebars", source, {"a": True}, html=False) == "x"


def test_mustache_indents_a_partial_by_no_more_than_fits():
    frame = program.Frame({}, escape=None, limit_bytes=99, allow_missing=False,
                          partials={"p": "x"}, slots={})  # fmt: skip

    with pytest.raises(RenderLimit, match="200 blanks"):
        program.run(" " * 201 + "{{> p}}", MUSTACHE, frame)


def test_quotes_do_not_hide_the_end_of_the_template():
    for source in ('{{lookup a "', "{{lookup a '}}", "{{lookup a 'b\"}} '", '{{"{{"'):
        with pytest.raises(TemplateSyntax):
            render("handlebars", source, {"a": {}}, html=False)
