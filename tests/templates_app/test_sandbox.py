"""What the child does with one job; here without a child, so as to see each answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from templates_app import sandbox


def _run(source: str, *, do: str = "render", **params: object) -> dict[str, Any]:
    job = {"do": do, "source": source, "html": True, "params": params}
    answer = sandbox.run(json.dumps({**job, "limit_bytes": 1_000}).encode())
    found: dict[str, Any] = json.loads(answer)
    return found


def test_a_rendered_text_comes_with_what_was_missing():
    assert _run("{{ a }}{{ b }}", a="<") == {"text": "&lt;", "missing": ["b"]}


def test_names_of_one_job_are_gone_in_the_next():
    _run("{{ a }}")

    assert _run("x")["missing"] == []


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("{{ 'x' * 9 }}", "syntax"),
        ("{{ '%9d' % 1 }}", "syntax"),
        ("{{ [1] * 9 }}", "syntax"),
        ("{{ 2 ** 65 }}", "limit"),
        ("{{ range(1001) }}", "limit"),
        ("{{ range(0, 10000, 2)|list }}", "limit"),
        ("{{ 'x'.ljust(9) }}", "syntax"),
        ("{{ 'x'.replace('x', 'y') }}", "syntax"),
        ("{{ 'x'|center(9) }}", "syntax"),
        ("{{ 'x'|format }}", "syntax"),
        ("{{ lipsum() }}", "missing"),
        ("{{ ''.__class__ }}", "syntax"),
        ("{% include 'x' %}", "syntax"),
        ("{{ 1 / 0 }}", "syntax"),
        ("{{ 10.0 ** 64 ** 64 }}", "limit"),
        ("{{ x }}" * 300, "size"),
        ("{% for y in 5 %}{% endfor %}", "syntax"),
        ("{{ 5|join }}", "syntax"),
    ],
)
def test_what_is_not_done_is_told_by_its_kind(source, kind):
    answer = _run(source, x="12345") if kind == "size" else _run(source)

    if kind == "missing":
        assert answer["missing"]
    else:
        assert answer["error"] == kind


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 2 * 3 + 7 % 4 }}", "9"),
        ("{{ 2 ** 10 }}", "1024"),
        ("{{ 'a' + 'b' }}{{ 'a' ~ 1 }}", "aba1"),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", "012"),
        ("{{ [3, 1]|sort|join(', ') }}", "1, 3"),
        ("{{ 'ann'|title }}{{ none|default('x', true) }}", "Annx"),
        ("{{ a.b.c }}{{ a['b']['c'] }}", "11"),
        ("{% set x = 5 %}{{ x }}", "5"),
        ("{% macro m(y) %}[{{ y }}]{% endmacro %}{{ m(1) }}", "[1]"),
        ("{{ a.items()|list|length }}", "1"),
    ],
)
def test_what_a_mail_needs_is_there(source, text):
    assert _run(source, a={"b": {"c": 1}}) == {"text": text, "missing": []}


def test_a_check_tells_the_names():
    assert _run("{{ a.b }}{% if c %}{{ range(3) }}{% endif %}", do="check") == {
        "variables": ["a", "c"],
        "calls": [],
    }


def test_a_check_tells_the_line_of_a_mistake():
    answer = _run("a\n{% if %}", do="check")

    assert (answer["error"], answer["line"]) == ("syntax", 2)


def test_params_are_never_changed():
    assert _run("{{ a.update(b=1) }}", a={})["error"] == "syntax"
