"""Mistakes are told before a template is saved: what, and where."""

from __future__ import annotations

import pytest

from templates_app.checking import check, ensure_sound
from templates_app.errors import EngineNotAllowed, TemplateSyntax, UnknownEngine

MISTAKES = [
    # template, line, column, a word of the message
    ("Your {{amount", 1, 6, "not closed"),
    ("Your {{amount} is", 1, 6, "not closed"),
    ("Your {{amount and {{name}}", 1, 6, "not closed"),
    ("{{{amount}}", 1, 1, "not closed"),
    ("{{!-- a comment }}", 1, 1, "not closed"),
    ("a\nb {{#if x}} c", 2, 3, "{{/if}}"),
    ("{{#each rows}}\n{{/if}}", 2, 1, "if is closed here"),
    ("{{/if}}", 1, 1, "never opened"),
    ("{{else}}", 1, 1, "no open block"),
    ("{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "no open block"),
    ("{{shout name}}", 1, 1, "no helper shout"),
    ("{{#shout name}}{{/shout}}", 1, 1, "no helper shout"),
    ("{{#if (shout name)}}{{/if}}", 1, 1, "no helper shout"),
    ("{{log name}}", 1, 1, "no helper log"),
    ("{{if name}}", 1, 1, "{{#if"),
    ("{{> footer}}", 1, 1, "no partial footer"),
    ("{{}}", 1, 1, "empty"),
    ("{{#if}}{{/if}}", 1, 1, "exactly one"),
    ("{{#each a b}}{{/each}}", 1, 1, "exactly one"),
    ("{{lookup a}}", 1, 1, "lookup"),
    ("{{a..b}}", 1, 1, "not a valid name"),
    ("{{a+b}}", 1, 1, "not a valid name"),
    ("{{7*7}}", 1, 1, "not a valid name"),
    ("{{a.}}", 1, 1, "not a valid name"),
    ('{{lookup a "b}}', 1, 1, "not closed"),
    ("{{lookup (lookup a b) }}", 1, 1, "lookup"),
    ("{{#each a as b}}{{/each}}", 1, 1, "|name|"),
    ("{{#> layout}}{{/layout}}", 1, 1, "Partial blocks"),
    ("{{> @partial-block}}", 1, 1, "Partial blocks"),
    ("{{{{raw}}}}{{{{/raw}}}}", 1, 1, "Four braces"),
    ("{{#*decorate}}{{/decorate}}", 1, 1, "inline"),
    ("{{*decorate}}", 1, 1, "not a valid name"),
    ("{{'text'}}", 1, 1, "fixed value"),
    ("{{#'text'}}{{/'text'}}", 1, 1, "begins with a name"),
    ("{{^a}}{{else if b}}{{/a}}", 1, 7, "No condition"),
]


@pytest.mark.parametrize(("source", "line", "column", "words"), MISTAKES)
def test_a_mistake_is_told_with_its_place(source, line, column, words):
    problem = check("handlebars", source)[0]

    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message
    assert problem.code == "template_syntax"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{#if x}}{{/if}}{{if a b}}", "no helpers"),
        ("{{=<% %>=}}", "delimiters"),
        ("{{#a}}", "{{/a}}"),
        ("{{a..b}}", "not a valid name"),
        ("{{> footer}}", "no partial footer"),
    ],
)
def test_mustache_tells_its_own_mistakes(source, words):
    assert words in check("mustache", source)[-1].message


def test_every_unknown_partial_is_told():
    source = "{{> a}}\n{{#if x}}{{> b}}{{/if}}\n{{> c}}"

    problems = check("handlebars", source, partials=["c"])

    assert [(each.line, each.message) for each in problems] == [
        (1, "There is no partial a."),
        (2, "There is no partial b."),
    ]


def test_a_partial_of_its_own_is_known():
    assert check("handlebars", "{{#*inline 'a'}}x{{/inline}}{{> a}}") == ()


def test_a_sound_template_has_no_problem():
    assert check("handlebars", "{{#if a}}{{b}}{{else}}{{c.d}}{{/if}}") == ()


def test_plain_text_has_no_problem():
    assert check("plain", "{{ as {{ it }} stands") == ()


def test_a_template_that_is_too_large_is_a_problem():
    assert check("handlebars", "x" * 70_000)[0].code == "render_limit"


def test_blocks_nested_too_deeply_are_a_problem():
    source = "{{#if a}}" * 21 + "{{/if}}" * 21

    assert check("handlebars", source)[0].code == "render_limit"


def test_jinja_is_checked_too(settings):
    settings.ALLOW_JINJA = True

    assert check("jinja", "a\n{% if %}")[0].line == 2
    assert check("jinja", "{{ a }}") == ()


def test_an_engine_that_may_not_be_used_is_not_checked(settings):
    settings.ALLOW_JINJA = False

    with pytest.raises(EngineNotAllowed):
        check("jinja", "x")
    with pytest.raises(UnknownEngine):
        check("nope", "x")


def test_ensure_sound_raises_the_first_problem_of_its_field():
    with pytest.raises(TemplateSyntax) as caught:
        ensure_sound("handlebars", "a\n {{amount", field="body")

    assert (caught.value.line, caught.value.column) == (2, 2)
    assert caught.value.errors[0].field == "body"


def test_ensure_sound_lets_a_sound_template_pass():
    ensure_sound("handlebars", "{{amount}}", field="body")
