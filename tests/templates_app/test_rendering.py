"""The one door: escaping, what is missing, what params may be, the seed's examples."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from templates_app.errors import (
    EngineNotAllowed,
    MissingParams,
    ObjectPrinted,
    ParamsInvalid,
    ParamsTooLarge,
    RenderLimit,
    TemplateSyntax,
    UnknownEngine,
)
from templates_app.rendering import render, render_each, variables
from tests.templates_app.outcomes import outcome

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from("abx"), inner)
    ),
    max_leaves=12,
)
TAGS = st.sampled_from(
    [
        *("{{a}}", "{{{b}}}", "{{&x}}", "{{#if a}}", "{{/if}}", "{{else}}", "{{^}}"),
        *("{{#each a}}", "{{/each}}", "{{#a}}", "{{/a}}", "{{^b}}", "{{/b}}", "{{..}}"),
        *("{{#with x}}", "{{/with}}", "{{@index}}", "{{this}}", "{{lookup a b}}"),
        *("{{> p}}", "{{#*inline 'p'}}", "{{/inline}}", "{{else if b}}", "{{a.b.c}}"),
        *("{{~a~}}", "{{! x }}", "{{!-- }} --}}", "\\{{", "{{", "}}", "{{{", "\n", " "),
        *(
            '{{"',
            "{{(",
            "{{a as |b|}}",
            "{{#each a as |b c|}}",
            "{{[x y]}}",
            "{{=",
            "\t",
        ),
    ]
)
SOURCES = st.lists(TAGS | st.text(max_size=6), max_size=20).map("".join)
BRACES = st.sampled_from(["handlebars", "mustache"])


def test_a_hyphenated_name_is_a_name():
    text = render(
        "handlebars",
        "This is an example of {{body-part}}",
        {"body-part": "handlebars"},
        html=False,
    )

    assert text == "This is an example of handlebars"


def test_a_dollar_before_braces_stays_a_dollar():
    assert render("hbs", "${{amount}}", {"amount": 1000}, html=False) == "$1000"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (1000, "1000"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (0, "0"),
        (1.5, "1.5"),
        (1000.0, "1000"),
        (-0.0, "0"),
        (0.00001, "0.00001"),
        (1e-7, "1e-7"),
        (1e21, "1e+21"),
        (["a", 1, None], "a,1,"),
        ("", ""),
    ],
)
def test_values_print_as_javascript_prints_them(value, printed):
    assert render("handlebars", "[{{x}}]", {"x": value}, html=False) == f"[{printed}]"


@pytest.mark.parametrize("missing", ["error", "empty"])
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{{x}}", "x is an object. Name one of its fields: x.a, x.b."),
        ("{{{ x }}}", "x is an object. Name one of its fields: x.a, x.b."),
        ("{{#with x}}{{this}}{{/with}}", "x is an object. Name one of its"),
        ("{{y.z}}", "y.z is an object. Name one of its fields: y.z.c."),
        (
            "{{rows}}",
            "rows is a list of objects. Repeat a part of the text for each, and name "
            "one of their fields there: n.",
        ),
        (
            "{{#each rows}}{{this}}{{/each}}",
            "rows[] is an object. Name one of its fields: n.",
        ),
        ("{{nothing}}", "nothing is an object without fields. Give it as text."),
        ("{{this}}", "this is an object. Name one of its fields: x, y, rows, nothing."),
    ],
)
def test_an_object_is_never_printed(source, told, missing):
    params = {
        "x": {"a": 1, "b": "secret"},
        "y": {"z": {"c": 1}},
        "rows": [{"n": 2}],
        "nothing": {},
    }

    with pytest.raises(ObjectPrinted) as caught:
        render("handlebars", source, params, html=True, field="body", missing=missing)

    assert caught.value.message.startswith(told)
    assert "secret" not in caught.value.message
    assert caught.value.errors[0].field == "body"
    assert caught.value.kind == "object_printed"


def test_a_list_deep_down_holds_an_object_too():
    with pytest.raises(ObjectPrinted, match="x is a list of objects"):
        render("mustache", "{{x}}", {"x": [1, ["a", {"n": 2}]]}, html=False)


def test_an_object_is_no_recipient():
    with pytest.raises(ObjectPrinted, match="to is a list of objects.*: email"):
        render_each("handlebars", "{{to}}", {"to": [{"email": "a@example.org"}]})


def test_html_is_escaped_in_html_alone():
    params = {"name": "O'Brien <&\">`="}

    plain_text = render("handlebars", "{{name}}|{{{name}}}", params, html=False)
    in_html = render("handlebars", "{{name}}|{{{name}}}|{{&name}}", params, html=True)

    assert plain_text == "O'Brien <&\">`=|O'Brien <&\">`="
    assert in_html == (
        "O&#x27;Brien &lt;&amp;&quot;&gt;&#x60;&#x3D;|O'Brien <&\">`=|O'Brien <&\">`="
    )


def test_all_missing_names_are_told_in_one_go():
    source = "{{a}} {{b.c}} {{#each rows}}{{name}}{{../d}}{{/each}} {{lookup m 'k'}}"

    with pytest.raises(MissingParams) as caught:
        render("handlebars", source, {"rows": [{}], "m": {}}, html=False, field="body")

    assert caught.value.names == ("a", "b.c", "rows[].name", "d", "m[k]")
    assert "a, b.c, rows[].name, d, m[k]" in caught.value.message
    assert caught.value.errors[0].field == "body"
    assert caught.value.kind == "missing_params"


def test_a_long_list_of_missing_names_is_cut_in_the_message_only():
    source = "".join("{{name#}}".replace("#", str(n)) for n in range(50))

    with pytest.raises(MissingParams) as caught:
        render("handlebars", source, {}, html=False)

    assert len(caught.value.names) == 50
    assert "and 30 more" in caught.value.message


def test_what_is_missing_can_print_as_nothing():
    assert render("handlebars", "[{{x}}]", {}, html=False, missing="empty") == "[]"


def test_null_was_given_and_prints_as_nothing():
    assert render("handlebars", "[{{x}}]", {"x": None}, html=False) == "[]"


@pytest.mark.parametrize(
    "source",
    [
        "{{#if x}}{{x}}{{/if}}",
        "{{#unless x}}{{else}}{{x}}{{/unless}}",
        "{{#each x}}{{y}}{{/each}}",
        "{{#with x}}{{y}}{{/with}}",
        "{{#x}}{{y}}{{/x}}",
        "{{#if (lookup x 'y')}}{{x.y}}{{/if}}",
    ],
)
def test_a_guard_of_what_is_missing_is_no_error(source):
    assert render("handlebars", source, {}, html=False) == ""


def test_unused_params_are_fine():
    assert render("handlebars", "Hi", {"unused": 1}, html=False) == "Hi"


def test_an_unknown_engine_is_named():
    with pytest.raises(UnknownEngine) as caught:
        render("nope", "x", {}, html=False, field="content.renderer")

    assert caught.value.kind == "unknown_renderer"
    assert "handlebars" in caught.value.message
    assert caught.value.errors[0].field == "content.renderer"


def test_jinja_is_off_until_the_operator_allows_it(settings):
    settings.ALLOW_JINJA = False

    with pytest.raises(EngineNotAllowed) as caught:
        render("nunjucks", "x", {}, html=False)

    assert caught.value.kind == "engine_not_allowed"


def test_a_mistake_is_told_with_line_and_column():
    with pytest.raises(TemplateSyntax) as caught:
        render("handlebars", "Dear\n  {{amount", {"amount": 1}, html=False)

    assert (caught.value.line, caught.value.column) == (2, 3)
    assert caught.value.message.startswith("Line 2, column 3: ")


def test_a_message_never_repeats_a_whole_tag():
    secret = "x" * 5_000

    with pytest.raises(TemplateSyntax) as caught:
        render("handlebars", "{{" + secret + " " + secret + "}}", {}, html=False)

    assert len(caught.value.message) < 300


def test_params_are_copied_and_never_changed():
    params = {"rows": [{"n": 1}]}

    render(
        "handlebars",
        "{{#each rows}}{{> p n=2}}{{/each}}{{#*inline 'p'}}{{n}}{{/inline}}",
        params,
        html=False,
    )

    assert params == {"rows": [{"n": 1}]}


@pytest.mark.parametrize("value", [date(2026, 1, 1), {1, 2}, b"x", object(), len])
def test_a_param_that_is_not_json_is_refused(value):
    with pytest.raises(ParamsInvalid, match=r"params\.x must be"):
        render("handlebars", "{{x}}", {"x": value}, html=False)


def test_params_over_their_limit_are_refused():
    with pytest.raises(ParamsTooLarge) as caught:
        render("handlebars", "x", {"x": "a" * 60_000}, html=False)

    assert caught.value.kind == "params_too_large"


def test_a_source_over_its_limit_is_refused():
    with pytest.raises(RenderLimit):
        render("handlebars", "a" * 70_000, {}, html=False)


def test_output_over_its_limit_is_refused():
    with pytest.raises(RenderLimit) as caught:
        render("handlebars", "{{x}}", {"x": "é" * 600}, html=False, limit_bytes=1_000)

    assert caught.value.kind == "render_limit"


def test_a_lone_list_is_several_recipients():
    params = {"approvers": ["a@example.com", "b@example.com"]}

    assert render_each("handlebars", "{{approvers}}", params) == (
        "a@example.com",
        "b@example.com",
    )


def test_a_lone_list_is_found_by_its_path():
    params = {"team": {"mail-to": ["a@example.com"]}}

    assert render_each("handlebars", " {{{ team.mail-to }}} ", params) == (
        "a@example.com",
    )


def test_a_comma_in_one_recipient_is_still_one_recipient():
    params = {"to": "a@example.com, b@example.com"}

    assert render_each("handlebars", "{{to}}", params) == (
        "a@example.com, b@example.com",
    )


def test_a_recipient_that_is_missing_is_an_error():
    with pytest.raises(MissingParams):
        render_each("handlebars", "{{to}}", {})


def test_a_list_of_recipients_is_held_to_the_limits_of_params():
    with pytest.raises(ParamsTooLarge):
        render_each("handlebars", "{{to}}", {"to": ["a@example.com"] * 10_000})


def test_variables_are_named_as_seen_from_the_top():
    source = (
        "{{a}}{{b.c}}{{#each rows as |row|}}{{row.n}}{{price}}{{@index}}{{../d}}"
        "{{/each}}{{#with p}}{{q}}{{this}}{{/with}}{{#if g}}{{h}}{{/if}}{{@root.r}}"
        "{{#if list.length}}{{/if}}"
    )

    assert variables("handlebars", source) == {
        *("a", "b.c", "rows", "rows[].n", "rows[].price", "d", "p", "p.q"),
        *("g", "h", "r", "list"),
    }


@hypothesis_settings(deadline=None, max_examples=300)
@given(
    engine=BRACES,
    source=SOURCES,
    params=st.dictionaries(st.sampled_from("abx"), JSON),
    html=st.booleans(),
)
def test_whatever_is_written_gives_text_or_a_typed_error(engine, source, params, html):
    seen = outcome(engine, source, params, html=html)

    assert isinstance(seen, str) or 0 < len(seen.message) < 2_000


@given(text=st.text().filter(lambda text: "{{" not in text))
def test_text_without_tags_comes_out_as_it_went_in(text):
    assert render("mustache", text, {}, html=True) == text


@given(value=st.text(max_size=200))
def test_a_value_is_never_read_as_template(value):
    assert render("handlebars", "{{x}}", {"x": value}, html=False) == value
