"""Jinja, when the operator allows it: the same promises, kept in a child process."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from templates_app.checking import check
from templates_app.errors import (
    EngineNotAllowed,
    MissingParams,
    ObjectPrinted,
    RenderLimit,
    TemplateSyntax,
)
from templates_app.rendering import calls, render, variables
from tests.templates_app.outcomes import outcome, words_of

PIECES = st.sampled_from(
    [
        *("{{ a }}", "{{ b.c }}", "{{ a|upper }}", "{{ a[0] }}", "{% if a %}", "{#"),
        *("{% for x in a %}", "{% endfor %}", "{{ x }}", "{% set a = b %}", "{{ -a }}"),
        *("{{ a + b }}", "{{ a * b }}", "{{ a() }}", "{{ a|int }}", "{{ a > b }}"),
        *("}}", "{%", "%}", "{{", "#}", "{% macro a() %}", "{% endmacro %}"),
        *("{{ a ~ b }}", "{% endif %}"),
        *("{% raw %}", "{% else %}", "{{ a|sum }}", "{{ a|join(b) }}", "{{ a in b }}"),
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("bc"), inner),
    max_leaves=5,
)


@pytest.fixture(autouse=True)
def jinja_is_allowed(settings):
    settings.ALLOW_JINJA = True


def test_it_renders_by_both_names():
    source = "{% for row in rows %}{{ loop.index }}{{ row.n }} {% endfor %}"
    params = {"rows": [{"n": "a"}, {"n": "b"}]}

    assert render("jinja", source, params, html=False) == "1a 2b "
    assert render("nunjucks", source, params, html=False) == "1a 2b "


def test_html_is_escaped_in_html_alone():
    params = {"name": "O'Brien <b>"}

    assert render("jinja", "{{ name }}", params, html=True) == "O&#39;Brien &lt;b&gt;"
    assert render("jinja", "{{ name }}", params, html=False) == "O'Brien <b>"


@pytest.mark.parametrize("source", ["{{ x }}", "{{ [1, x] }}", "{{ {'a': 1} }}"])
def test_an_object_is_never_printed(source):
    with pytest.raises(ObjectPrinted, match="Name one of its fields: a"):
        render("jinja", source, {"x": {"a": "secret", "b": 2}}, html=False)


def test_the_last_line_break_stays():
    assert render("jinja", "a\n", {}, html=False) == "a\n"


def test_all_missing_names_are_told_in_one_go():
    source = (
        "{{ a }}{{ b.c.d }}{{ e + 1 }}{{ f|upper }}{{ g|round }}{{ h() }}{{ i > 1 }}"
        "{% if j %}{{ j }}{% endif %}{% for k in ks %}{{ k }}{% endfor %}"
        "{{ l|default('x') }}{{ m ~ 'x' }}{{ n|int }}{{ -o }}"
    )

    with pytest.raises(MissingParams) as caught:
        render("jinja", source, {"b": {}}, html=False, field="sms.body")

    assert set(caught.value.names) == {
        *("a", "c.d", "e", "f", "g", "h", "i", "m", "n", "o"),
    }
    assert caught.value.errors[0].field == "sms.body"


def test_what_is_missing_can_print_as_nothing():
    assert render("jinja", "[{{ a.b }}]", {}, html=False, missing="empty") == "[]"


@pytest.mark.parametrize(
    ("value", "printed"),
    [(None, ""), (True, "true"), (1000, "1000"), (1000.0, "1000"), (1.5, "1.5")],
)
def test_values_print_as_in_the_other_engines(value, printed):
    assert render("jinja", "[{{ a }}]", {"a": value}, html=True) == f"[{printed}]"


def test_a_mistake_is_told_with_its_line():
    with pytest.raises(TemplateSyntax) as caught:
        render("jinja", "a\n\n{{ b", {}, html=False)

    assert caught.value.line == 3
    assert caught.value.message.startswith("Line 3: ")


@pytest.mark.parametrize("tag", ["import 'x' as y", "extends 'x'"])
def test_nothing_can_be_loaded(tag):
    with pytest.raises(TemplateSyntax, match="cannot be loaded"):
        render("jinja", "{% " + tag + " %}", {}, html=False)


def test_the_limit_of_the_output_holds():
    with pytest.raises(RenderLimit):
        render("jinja", "{{ a }}", {"a": "é" * 600}, html=False, limit_bytes=1_000)


def test_variables_are_the_names_at_the_top():
    source = "{{ a.b }}{% for row in rows %}{{ row.n }}{% endfor %}"

    assert variables("jinja", source) == {"a", "rows"}


def test_variables_too_are_for_those_who_may(settings):
    settings.ALLOW_JINJA = False

    with pytest.raises(EngineNotAllowed):
        variables("jinja", "{{ a }}")


def test_lone_surrogates_are_carried():
    assert render("jinja", "{{ a }}\ud800", {"a": "\udfff"}, html=False) == (
        "\udfff\ud800"
    )


@hypothesis_settings(
    deadline=None,
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    source=st.lists(PIECES | st.text(max_size=5), max_size=8).map(" ".join),
    params=st.dictionaries(st.sampled_from("ab"), VALUES),
)
def test_whatever_is_written_gives_text_or_a_typed_error(source, params):
    assert len(words_of(outcome("jinja", source, params, html=True))) < 2_000


def test_partials_of_the_tenant_can_be_included():
    partials = {"foot": "Yours, {{ name }} {% include 'office' %}", "office": "BC"}
    source = "Dear {{ name }}. {% include 'foot' %}"

    text = render("jinja", source, {"name": "A&B"}, html=True, partials=partials)

    assert text == "Dear A&amp;B. Yours, A&amp;B BC"


def test_a_partial_is_read_anew_when_it_has_changed():
    for words in ("one", "two", "one"):
        text = render(
            "jinja", "{% include 'p' %}", {}, html=False, partials={"p": words}
        )

        assert text == words


def test_a_slot_is_printed_as_it_is():
    slots = {"content": "<p>{{ name }}</p>"}

    text = render("jinja", "[{% include 'content' %}]", {}, html=True, slots=slots)

    assert text == "[<p>{{ name }}</p>]"


def test_a_partial_that_is_gone_is_told():
    with pytest.raises(TemplateSyntax, match="no partial x"):
        render("jinja", "{% include 'x' %}", {}, html=False)


def test_what_it_includes_is_told_with_its_line():
    [call] = calls("jinja", "a\n{% include 'foot' %}")

    assert (call.name, call.line) == ("foot", 2)
    assert check("jinja", "{% include 'foot' %}", partials=["foot"]) == ()
    [problem] = check("jinja", "a\n{% include 'foot' %}")
    assert (problem.code, problem.line) == ("template_syntax", 2)


@pytest.mark.parametrize(
    "source",
    [
        "{% include name %}",
        "{% include ['a', 'b'] %}",
        "{% import 'foot' as f %}",
        "{% from 'foot' import f %}",
        "{% extends 'foot' %}",
    ],
)
def test_only_a_fixed_name_can_be_included(source: str):
    with pytest.raises(TemplateSyntax):
        render("jinja", source, {"name": "foot"}, html=False, partials={"foot": "x"})


def test_partials_that_include_each_other_end():
    partials = {"a": "{% include 'b' %}", "b": "{% include 'a' %}"}

    with pytest.raises(RenderLimit):
        render("jinja", "{% include 'a' %}", {}, html=False, partials=partials)
