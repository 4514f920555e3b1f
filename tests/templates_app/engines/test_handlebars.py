"""Handlebars as its users know it: what each construct prints."""

from __future__ import annotations

import pytest

from templates_app.engines.base import Job
from templates_app.engines.registry import engine
from templates_app.errors import MissingParams, TemplateSyntax
from templates_app.rendering import render

ROWS = {"rows": [{"n": "a"}, {"n": "b"}], "title": "T"}
CASES = [
    # template, params, text
    ("{{a.b.c}}", {"a": {"b": {"c": 1}}}, "1"),
    ("{{a/b}}", {"a": {"b": 1}}, "1"),
    ("{{a.[b c]}}", {"a": {"b c": 1}}, "1"),
    ("{{[b c]}}", {"b c": 1}, "1"),
    ("{{rows.[1].n}} {{rows.0.n}} {{rows.length}}", ROWS, "b a 2"),
    ("{{this.title}}{{./title}}", ROWS, "TT"),
    ("{{a-b}}{{a_b}}{{$a}}{{a:b}}", {"a-b": 1, "a_b": 2, "$a": 3, "a:b": 4}, "1234"),
    ("{{#if a}}1{{else if b}}2{{else}}3{{/if}}", {"a": 0, "b": 1}, "2"),
    ("{{#if a}}1{{else if b}}2{{else}}3{{/if}}", {}, "3"),
    ("{{#if a}}1{{^}}2{{/if}}", {}, "2"),
    ("{{#if a includeZero=true}}1{{else}}2{{/if}}", {"a": 0}, "1"),
    ("{{#if a}}1{{else unless b}}2{{else}}3{{/if}}", {"b": 0}, "2"),
    ("{{#if a}}1{{else each b}}{{this}}{{else}}3{{/if}}", {"b": [7, 8]}, "78"),
    ("{{#if a}}1{{else with b}}{{c}}{{/if}}", {"b": {"c": 5}}, "5"),
    ("{{#unless a}}1{{else}}2{{/unless}}", {"a": []}, "1"),
    ("{{^if a}}1{{else}}2{{/if}}", {"a": True}, "2"),
    ("{{#if a}}1{{/if}}", {"a": {}}, "1"),
    ("{{#each rows}}{{n}}{{@index}}{{/each}}", ROWS, "a0b1"),
    ("{{#each rows}}{{n}}{{#unless @last}}, {{/unless}}{{/each}}", ROWS, "a, b"),
    ("{{#each rows}}{{#if @first}}>{{/if}}{{n}}{{/each}}", ROWS, ">ab"),
    ("{{#each rows}}{{../title}}{{@root.title}}{{n}}{{/each}}", ROWS, "TTaTTb"),
    (
        "{{#each rows as |row i|}}{{i}}{{row.n}}{{title}}{{/each}}",
        {"rows": [{"n": 1, "title": 2}]},
        "012",
    ),
    ("{{#each a}}{{@key}}={{this}};{{/each}}", {"a": {"x": 1, "y": 2}}, "x=1;y=2;"),
    (
        "{{#each a}}{{#each this}}{{@../index}}{{@index}}{{.}} {{/each}}{{/each}}",
        {"a": [["p"], ["q"]]},
        "00p 10q ",
    ),
    ("{{#each a}}x{{else}}none{{/each}}", {"a": []}, "none"),
    (
        "{{#each a as |x|}}{{#each ../b as |y|}}{{x}}{{y}} {{/each}}{{/each}}",
        {"a": [1], "b": [2, 3]},
        "12 13 ",
    ),
    ("{{#with a}}{{b}}{{../c}}{{else}}none{{/with}}", {"a": {"b": 1}, "c": 2}, "12"),
    ("{{#with a as |z|}}{{z.b}}{{/with}}", {"a": {"b": 1}}, "1"),
    ("{{#with a}}1{{else}}none{{/with}}", {}, "none"),
    ("{{#a}}{{b}}{{/a}}", {"a": {"b": 1}}, "1"),
    ("{{#a}}{{.}}{{/a}}", {"a": [1, 2]}, "12"),
    ("{{#a}}{{b}}{{/a}}", {"a": True, "b": 1}, "1"),
    ("{{^a}}none{{/a}}", {}, "none"),
    ("{{^a}}none{{else}}{{.}}{{/a}}", {"a": [3]}, "3"),
    ("{{lookup m k}}", {"m": {"x": 1}, "k": "x"}, "1"),
    ("{{lookup l 1}}{{lookup l i}}", {"l": ["a", "b"], "i": 0}, "ba"),
    ("{{lookup (lookup m 'a') 'b'}}", {"m": {"a": {"b": 1}}}, "1"),
    ("{{#each (lookup m 'a')}}{{this}}{{/each}}", {"m": {"a": [1, 2]}}, "12"),
    ("{{lookup m '}}'}}", {"m": {"}}": 1}}, "1"),
    ('{{lookup m "it\'s"}}', {"m": {"it's": 1}}, "1"),
    ("{{! gone }}a{{!-- gone }} too --}}b", {}, "ab"),
    ("a  {{~x~}}  b {{~#if x~}} c {{~/if~}} d", {"x": 1}, "a1bcd"),
    ("a {{~{x}~}} b", {"x": "<"}, "a<b"),
    ("\\{{x}} {{x}}", {"x": 1}, "{{x}} 1"),
    ("\\\\{{x}}", {"x": 1}, "\\1"),
    ("a\n{{#if x}}\n  b\n{{/if}}\nc\n", {"x": 1}, "a\n  b\nc\n"),
    (
        "{{#*inline 'p'}}<{{n}}>{{/inline}}{{#each rows}}{{> p}}{{/each}}",
        ROWS,
        "<a><b>",
    ),
    ("{{> p}}{{#*inline 'p'}}late{{/inline}}", {}, "late"),
    ("{{#*inline 'p'}}{{n}}{{m}}{{/inline}}{{> p a m=2}}", {"a": {"n": 1}}, "12"),
    ("{{#*inline 'p'}}x\ny\n{{/inline}}\n  {{> p}}\nz", {}, "  x\n  y\nz"),
    (
        "{{#*inline 'p'}}in{{/inline}}{{#if a}}{{#*inline 'p'}}"
        "out{{/inline}}{{> p}}{{/if}}{{> p}}",
        {"a": 1},
        "outin",
    ),
    ("{{> (lookup . 'which')}}{{#*inline 'p'}}x{{/inline}}", {"which": "p"}, "x"),
    (
        "{{#each a}}{{#if (lookup ../flags @index)}}{{this}}{{/if}}{{/each}}",
        {"a": ["x", "y"], "flags": [False, True]},
        "y",
    ),
    ("} }} { {a} {{x}}}", {"x": 1}, "} }} { {a} 1}"),
]


@pytest.mark.parametrize(("source", "params", "text"), CASES)
def test_it_prints(source, params, text):
    assert render("handlebars", source, params, html=False) == text


def test_the_elses_of_a_long_chain_are_not_nested():
    arms = "".join("{{else if aN}}N".replace("N", str(n)) for n in range(200))
    source = "{{#if x}}x" + arms + "{{/if}}"

    assert render("handlebars", source, {"a199": True}, html=False) == "199"


def test_a_partial_begins_afresh():
    source = "{{#*inline 'p'}}{{../title}}{{/inline}}{{#with a}}{{> p}}{{/with}}"

    with pytest.raises(MissingParams):
        render("handlebars", source, {"a": {"b": 1}, "title": 1}, html=False)


def test_partials_from_outside_are_rendered_too():
    job = Job({"x": 1}, html=False, limit_bytes=99, partials={"p": "[{{x}}]"})

    assert engine("handlebars").render("{{> p}}{{> p x=2}}", job) == "[1][2]"


def test_a_partial_that_is_not_there_is_an_error():
    with pytest.raises(TemplateSyntax, match="Line 1, column 2: There is no partial"):
        render("handlebars", " {{> p}}", {}, html=False)


@pytest.mark.parametrize(
    "name",
    [
        "__proto__",
        "constructor",
        "__class__",
        "prototype",
        "toString",
        "hasOwnProperty",
    ],
)
def test_names_of_prototypes_are_names_that_are_missing(name):
    for path in (name, f"x.{name}", f"[{name}]", f"lookup x '{name}'"):
        with pytest.raises(MissingParams):
            render("handlebars", "{{" + path + "}}", {"x": {}}, html=False)


def test_such_a_name_can_still_be_given():
    params = {"constructor": "Bob the builder"}

    assert render("hbs", "{{constructor}}", params, html=False) == "Bob the builder"
