"""Mustache, clause by clause of its specification.

https://github.com/mustache/spec: interpolation, sections, inverted sections, comments
and partials. Set-delimiters and lambdas are left out on purpose: settled in
docs/decisions/0004-template-engines.md.
"""

from __future__ import annotations

import pytest

from templates_app.engines.base import Job
from templates_app.engines.registry import engine
from templates_app.errors import MissingParams, TemplateSyntax
from templates_app.rendering import render

DEEP = {"p": {"q": {"r": {"s": {"t": {"who": "Zoë"}}}}}}
NEST = {"a": {"k1": 1}, "b": {"k2": 2}, "c": {"k3": 3, "d": {"k4": 4, "k5": 5}}}
TREE = {"v": "R", "kids": [{"v": "L", "kids": []}]}

INTERPOLATION = [
    ("no tag", "Hi from {here}!\n", {}, "Hi from {here}!\n"),
    ("basic", "Hi, {{who}}!\n", {"who": "all"}, "Hi, all!\n"),
    ("escaping", "[{{x}}]", {"x": '& " < >'}, "[&amp; &quot; &lt; &gt;]"),
    ("triple", "[{{{x}}}]", {"x": '& " < >'}, '[& " < >]'),
    ("ampersand", "[{{&x}}]", {"x": '& " < >'}, '[& " < >]'),
    ("integer", '"{{n}} km"', {"n": 85}, '"85 km"'),
    ("triple integer", '"{{{n}}} km"', {"n": 85}, '"85 km"'),
    ("ampersand integer", '"{{&n}} km"', {"n": 85}, '"85 km"'),
    ("decimal", '"{{n}} GW"', {"n": 1.21}, '"1.21 GW"'),
    ("triple decimal", '"{{{n}}} GW"', {"n": 1.21}, '"1.21 GW"'),
    ("ampersand decimal", '"{{&n}} GW"', {"n": 1.21}, '"1.21 GW"'),
    ("null", "I ({{x}}) am null", {"x": None}, "I () am null"),
    ("triple null", "I ({{{x}}}) am null", {"x": None}, "I () am null"),
    ("ampersand null", "I ({{&x}}) am null", {"x": None}, "I () am null"),
    ("miss", "I ({{x}}) am lost", {}, "I () am lost"),
    ("triple miss", "I ({{{x}}}) am lost", {}, "I () am lost"),
    ("ampersand miss", "I ({{&x}}) am lost", {}, "I () am lost"),
    ("dots", "{{a.b}}={{#a}}{{b}}{{/a}}", {"a": {"b": "J"}}, "J=J"),
    ("triple dots", "{{{a.b}}}={{#a}}{{{b}}}{{/a}}", {"a": {"b": "J"}}, "J=J"),
    ("ampersand dots", "{{&a.b}}={{#a}}{{&b}}{{/a}}", {"a": {"b": "J"}}, "J=J"),
    ("deep dots", "{{p.q.r.s.t.who}}", DEEP, "Zoë"),
    ("broken chain", "({{a.b.c}})", {"a": {}}, "()"),
    ("no climbing in a chain", "({{a.b.c.n}})", {"a": {"b": {}}, "c": {"n": 1}}, "()"),
    (
        "the first part is looked up as any name",
        "{{#a}}{{b.c.n}}{{/a}}",
        {"a": {"b": {"c": {"n": "yes"}}}, "b": {"c": {"n": "no"}}},
        "yes",
    ),
    (
        "the nearest context has precedence",
        "{{#a}}({{b.c}}){{/a}}",
        {"a": {"b": {}}, "b": {"c": "no"}},
        "()",
    ),
    (
        "a chain is not cut short by a scalar",
        "{{#a}}({{b.c}}){{/a}}",
        {"a": {"b": "x"}, "b": {"c": "no"}},
        "()",
    ),
    ("implicit iterator", "Hi, {{.}}!", "all", "Hi, all!"),
    ("implicit escaping", "[{{.}}]", '& " < >', "[&amp; &quot; &lt; &gt;]"),
    ("implicit triple", "[{{{.}}}]", '& " < >', '[& " < >]'),
    ("implicit ampersand", "[{{&.}}]", '& " < >', '[& " < >]'),
    ("implicit integer", '"{{.}} km"', 85, '"85 km"'),
    ("surrounding blanks", "| {{s}} |", {"s": "---"}, "| --- |"),
    ("triple surrounding", "| {{{s}}} |", {"s": "---"}, "| --- |"),
    ("ampersand surrounding", "| {{&s}} |", {"s": "---"}, "| --- |"),
    ("alone on a line", "  {{s}}\n", {"s": "---"}, "  ---\n"),
    ("triple alone", "  {{{s}}}\n", {"s": "---"}, "  ---\n"),
    ("ampersand alone", "  {{&s}}\n", {"s": "---"}, "  ---\n"),
    ("padding", "|{{ s }}|", {"s": "---"}, "|---|"),
    ("triple padding", "|{{{ s }}}|", {"s": "---"}, "|---|"),
    ("ampersand padding", "|{{& s }}|", {"s": "---"}, "|---|"),
]
SECTIONS = [
    ("true", '"{{#b}}shown{{/b}}"', {"b": True}, '"shown"'),
    ("false", '"{{#b}}hidden{{/b}}"', {"b": False}, '""'),
    ("null", '"{{#n}}hidden{{/n}}"', {"n": None}, '""'),
    ("context", '"{{#c}}Hi {{n}}.{{/c}}"', {"c": {"n": "Jo"}}, '"Hi Jo."'),
    (
        "parent contexts",
        "{{#s}}{{a}}, {{b}}, {{c.d}}{{/s}}",
        {"a": "up", "b": "no", "s": {"b": "in"}, "c": {"d": "far"}},
        "up, in, far",
    ),
    ("a value is the context", "{{#f}}{{.}} is {{f}}{{/f}}", {"f": "x"}, "x is x"),
    (
        "list contexts",
        "{{#ts}}{{#ms}}{{n.lo}}{{m}}.{{#bs}}{{n.up}}{{m}}{{b}}.{{/bs}}{{/ms}}{{/ts}}",
        {
            "ts": [
                {
                    "n": {"up": "A", "lo": "a"},
                    "ms": [{"m": "1", "bs": [{"b": "x"}, {"b": "y"}]}],
                }
            ]
        },
        "a1.A1x.A1y.",
    ),
    (
        "deeply nested contexts",
        "{{#a}}\n{{k1}}\n{{#b}}\n{{k1}}{{k2}}\n{{#c}}\n{{k1}}{{k2}}{{k3}}\n{{#d}}\n"
        "{{k1}}{{k2}}{{k3}}{{k4}}\n{{#k5}}\n{{k1}}{{k4}}{{.}}6{{.}}{{k5}}\n{{/k5}}\n"
        "{{k4}}{{k1}}\n{{/d}}\n{{k3}}{{k1}}\n{{/c}}\n{{k2}}{{k1}}\n{{/b}}\n{{k1}}\n"
        "{{/a}}\n",
        NEST,
        "1\n12\n123\n1234\n145655\n41\n31\n21\n1\n",
    ),
    ("list", '"{{#l}}{{i}}{{/l}}"', {"l": [{"i": 1}, {"i": 2}, {"i": 3}]}, '"123"'),
    ("empty list", '"{{#l}}hidden{{/l}}"', {"l": []}, '""'),
    (
        "doubled",
        "{{#b}}\n* one\n{{/b}}\n* {{t}}\n{{#b}}\n* three\n{{/b}}\n",
        {"b": True, "t": "two"},
        "* one\n* two\n* three\n",
    ),
    ("nested true", "|A {{#b}}B {{#b}}C{{/b}} D{{/b}} E|", {"b": True}, "|A B C D E|"),
    ("nested false", "|A {{#b}}B {{#b}}C{{/b}} D{{/b}} E|", {"b": False}, "|A  E|"),
    ("miss", "[{{#m}}hidden{{/m}}]", {}, "[]"),
    ("implicit strings", "{{#l}}({{.}}){{/l}}", {"l": list("abc")}, "(a)(b)(c)"),
    ("implicit integers", "{{#l}}({{.}}){{/l}}", {"l": [1, 2]}, "(1)(2)"),
    ("implicit decimals", "{{#l}}({{.}}){{/l}}", {"l": [1.1, 2.2]}, "(1.1)(2.2)"),
    (
        "implicit lists",
        "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}",
        {"l": [[1, 2], ["a", "b"]]},
        "(12)(ab)",
    ),
    ("implicit at the top", "{{#.}}({{v}}){{/.}}", [{"v": "a"}, {"v": "b"}], "(a)(b)"),
    ("implicit escaping", "{{#l}}{{.}}{{/l}}", {"l": ["&", "<"]}, "&amp;&lt;"),
    ("implicit triple", "{{#l}}{{{.}}}{{/l}}", {"l": ["&", "<"]}, "&<"),
    ("implicit ampersand", "{{#l}}{{&.}}{{/l}}", {"l": ["&", "<"]}, "&<"),
    ("dots true", "{{#a.b}}here{{/a.b}}", {"a": {"b": True}}, "here"),
    ("dots false", "({{#a.b}}here{{/a.b}})", {"a": {"b": False}}, "()"),
    ("dots broken", "({{#a.b.c}}here{{/a.b.c}})", {"a": {}}, "()"),
    ("surrounding", " | {{#b}}\t|\t{{/b}} | \n", {"b": True}, " | \t|\t | \n"),
    ("internal", " | {{#b}} {{! x }}\n {{/b}} | \n", {"b": True}, " |  \n  | \n"),
    ("inline", " {{#b}}A{{/b}}\n {{#b}}B{{/b}}\n", {"b": True}, " A\n B\n"),
    ("standalone", "|1\n{{#b}}\n|\n{{/b}}\n|2\n", {"b": True}, "|1\n|\n|2\n"),
    ("indented", "|1\n  {{#b}}\n|\n  {{/b}}\n|2\n", {"b": True}, "|1\n|\n|2\n"),
    ("line endings", "|\r\n{{#b}}\r\n{{/b}}\r\n|", {"b": True}, "|\r\n|"),
    ("no line before", "  {{#b}}\n#{{/b}}\n/", {"b": True}, "#\n/"),
    ("no line after", "#{{#b}}\n/\n  {{/b}}", {"b": True}, "#\n/\n"),
    ("padding", "|{{# b }}={{/ b }}|", {"b": True}, "|=|"),
]
INVERTED = [
    ("false", '"{{^b}}shown{{/b}}"', {"b": False}, '"shown"'),
    ("true", '"{{^b}}hidden{{/b}}"', {"b": True}, '""'),
    ("null", '"{{^n}}shown{{/n}}"', {"n": None}, '"shown"'),
    ("context", '"{{^c}}Hi {{n}}.{{/c}}"', {"c": {"n": "Jo"}}, '""'),
    ("list", '"{{^l}}{{n}}{{/l}}"', {"l": [{"n": 1}]}, '""'),
    ("empty list", '"{{^l}}shown{{/l}}"', {"l": []}, '"shown"'),
    (
        "doubled",
        "{{^b}}\n* one\n{{/b}}\n* {{t}}\n{{^b}}\n* three\n{{/b}}\n",
        {"b": False, "t": "two"},
        "* one\n* two\n* three\n",
    ),
    ("nested false", "|A {{^b}}B {{^b}}C{{/b}} D{{/b}}|", {"b": False}, "|A B C D|"),
    ("nested true", "|A {{^b}}B {{^b}}C{{/b}} D{{/b}}|", {"b": True}, "|A |"),
    ("miss", "[{{^m}}shown{{/m}}]", {}, "[shown]"),
    ("dots true", "({{^a.b}}x{{/a.b}})", {"a": {"b": True}}, "()"),
    ("dots false", "({{^a.b}}x{{/a.b}})", {"a": {"b": False}}, "(x)"),
    ("dots broken", "({{^a.b.c}}x{{/a.b.c}})", {"a": {}}, "(x)"),
    ("surrounding", " | {{^b}}\t|\t{{/b}} | \n", {"b": False}, " | \t|\t | \n"),
    ("internal", " | {{^b}} {{! x }}\n {{/b}} | \n", {"b": False}, " |  \n  | \n"),
    ("inline", " {{^b}}A{{/b}}\n {{^b}}B{{/b}}\n", {"b": False}, " A\n B\n"),
    ("standalone", "|1\n{{^b}}\n|\n{{/b}}\n|2\n", {"b": False}, "|1\n|\n|2\n"),
    ("indented", "|1\n  {{^b}}\n|\n  {{/b}}\n|2\n", {"b": False}, "|1\n|\n|2\n"),
    ("line endings", "|\r\n{{^b}}\r\n{{/b}}\r\n|", {"b": False}, "|\r\n|"),
    ("no line before", "  {{^b}}\n^{{/b}}\n/", {"b": False}, "^\n/"),
    ("no line after", "^{{^b}}\n/\n  {{/b}}", {"b": False}, "^\n/\n"),
    ("padding", "|{{^ b }}={{/ b }}|", {"b": False}, "|=|"),
]
COMMENTS = [
    ("inline", "123{{! gone }}456", {}, "123456"),
    ("several lines", "123{{!\n  gone\n  too\n}}456\n", {}, "123456\n"),
    ("standalone", "A.\n{{! gone }}\nB.\n", {}, "A.\nB.\n"),
    ("indented", "A.\n  {{! gone }}\nB.\n", {}, "A.\nB.\n"),
    ("line endings", "|\r\n{{! gone }}\r\n|", {}, "|\r\n|"),
    ("no line before", "  {{! gone }}\n!", {}, "!"),
    ("no line after", "!\n  {{! gone }}", {}, "!\n"),
    ("standalone lines", "A.\n{{!\ngone\n}}\nB.\n", {}, "A.\nB.\n"),
    ("indented lines", "A.\n  {{!\n    gone\n  }}\nB.\n", {}, "A.\nB.\n"),
    ("indented inline", "  12 {{! 34 }}\n", {}, "  12 \n"),
    ("surrounding", "12 {{! gone }} 34", {}, "12  34"),
    ("not a variable", "({{! x }}{{!x}})", {"x": 1, "! x": 2, "!x": 3}, "()"),
]
PARTIALS = [
    ("basic", '"{{>p}}"', {}, {"p": "from p"}, '"from p"'),
    ("not there", '"{{>p}}"', {}, {}, '""'),
    ("context", '"{{>p}}"', {"t": "x"}, {"p": "*{{t}}*"}, '"*x*"'),
    ("recursion", "{{>p}}", TREE, {"p": "{{v}}<{{#kids}}{{>p}}{{/kids}}>"}, "R<L<>>"),
    ("nested", "{{>o}}", {"a": 1}, {"o": "*{{a}} {{>i}}*", "i": "{{a}}!"}, "*1 1!*"),
    ("surrounding", "| {{>p}} |", {}, {"p": "\t|\t"}, "| \t|\t |"),
    ("inline", "  {{d}}  {{> p}}\n", {"d": "|"}, {"p": ">\n>"}, "  |  >\n>\n"),
    ("line endings", "|\r\n{{>p}}\r\n|", {}, {"p": ">"}, "|\r\n>|"),
    ("no line before", "  {{>p}}\n>", {}, {"p": ">\n>"}, "  >\n  >>"),
    ("no line after", ">\n  {{>p}}", {}, {"p": ">\n>"}, ">\n  >\n  >"),
    (
        "a value keeps its own lines",
        "\\\n {{>p}}\n/\n",
        {"c": "<\n->"},
        {"p": "|\n{{{c}}}\n|\n"},
        "\\\n |\n <\n->\n |\n/\n",
    ),
    ("padding", "|{{> p }}|", {}, {"p": "[]"}, "|[]|"),
]
ALL = [
    pytest.param(template, data, {}, expected, id=f"{chapter}: {name}")
    for chapter, cases in (
        ("interpolation", INTERPOLATION),
        ("sections", SECTIONS),
        ("inverted", INVERTED),
        ("comments", COMMENTS),
    )
    for name, template, data, expected in cases
] + [
    pytest.param(template, data, partials, expected, id=f"partials: {name}")
    for name, template, data, partials, expected in PARTIALS
]


@pytest.mark.parametrize(("template", "data", "partials", "expected"), ALL)
def test_the_specification_is_kept(template, data, partials, expected):
    job = Job(
        data, html=True, limit_bytes=10_000, allow_missing=True, partials=partials
    )

    assert engine("mustache").render(template, job) == expected


def test_what_handlebars_calls_helpers_are_names_here():
    params = {"if": True, "each": [1, 2], "else": "e"}
    source = "{{#if}}x{{/if}}{{#each}}{{.}}{{/each}}{{else}}"

    assert render("mustache", source, params, html=False) == "x12e"


@pytest.mark.parametrize("source", ["{{=<% %>=}}", "{{#a b}}{{/a b}}", "{{f x=1}}"])
def test_what_is_left_out_is_refused_in_a_sentence(source):
    with pytest.raises(TemplateSyntax):
        render("mustache", source, {}, html=False)


def test_a_backslash_is_no_escape_here():
    assert render("mustache", "\\{{x}}", {"x": 1}, html=False) == "\\1"


def test_sending_never_prints_a_blank_for_what_is_missing():
    with pytest.raises(MissingParams) as caught:
        render("mustache", "{{a}}{{#b}}{{c}}{{/b}}", {"b": True}, html=False)

    assert caught.value.names == ("a", "c")


def test_nothing_and_zero_are_false_in_a_section():
    source = "{{#a}}no{{/a}}{{^a}}yes{{/a}}"

    assert render("mustache", source, {"a": ""}, html=False) == "yes"
    assert render("mustache", source, {"a": 0}, html=False) == "yes"
