"""The child's side: Markdown, MJML and style rules to HTML, fetching nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from templates_app import press


def ask(do: str, source: str, **more: Any) -> dict[str, str]:
    answer = press.run(json.dumps({"do": do, "source": source, **more}).encode())
    found: dict[str, str] = json.loads(answer)
    return found


def markdown(source: str, **marks: str) -> str:
    return ask("markdown", source, marks=marks)["html"].strip()


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# Title", "<h1>Title</h1>"),
        ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>"),
        ("~~a~~", "<p><s>a</s></p>"),
        ("[a](https://x.example)", '<p><a href="https://x.example">a</a></p>'),
        ("![logo](cid:logo)", '<p><img src="cid:logo" alt="logo"></p>'),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>"),
        ("![a](data:text/html,x)", "<p>![a](data:text/html,x)</p>"),
    ],
)
def test_markdown_is_made_html(source: str, html: str):
    assert markdown(source) == html


def test_tables_keep_their_alignment():
    html = markdown("| a | b |\n|---|--:|\n| 1 | 2 |")

    assert '<td style="text-align:right">2</td>' in html


@pytest.mark.parametrize(
    ("source", "value", "html"),
    [
        ("Mz", "*a* [b](c) _d_", "<p>*a* [b](c) _d_</p>"),
        ("# Mz", "a\n# b", "<h1>a<br>\n# b</h1>"),
        ("**Mz**", "<b>&", "<p><strong>&lt;b&gt;&amp;</strong></p>"),
        ("`Mz`", "a_b*c", "<p><code>a_b*c</code></p>"),
        ("[x](Mz)", 'https://a.example/?b=1&c="2', None),
        ("[x](Mz)", "javascript:alert(1)", "<p><a>x</a></p>"),
        ('[x](https://a.example "Mz")', 'a"\n<b>', None),
    ],
)
def test_a_value_stays_a_value(source: str, value: str, html: str | None):
    made = markdown(source, Mz=value)

    assert html is None or made == html
    assert "<b>" not in made
    assert "Mz" not in made


def test_a_link_keeps_the_address_that_was_filled_in():
    made = markdown("[x](Mz)", Mz="https://a.example/b_c?d=1&e=2")

    assert made == '<p><a href="https://a.example/b_c?d=1&amp;e=2">x</a></p>'


def test_mjml_is_made_html():
    source = "<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column>"
    answer = ask("mjml", f"{source}</mj-section></mj-body></mjml>")

    assert answer["html"].startswith("<!doctype html>")
    assert "Hi</div>" in answer["html"]


@pytest.mark.parametrize("source", ["", "hello", "<mjml><mj-body>", "<mjml"])
def test_what_is_no_mjml_is_told(source: str):
    assert ask("mjml", source)["error"] == "syntax"


def test_rules_move_to_their_elements_and_media_rules_stay():
    style = "p{color:blue} @media (max-width:9px){p{color:green}}"
    html = ask("mail", f"<style>{style}</style><p>x</p>")["html"]

    assert '<p style="color: blue;">x</p>' in html
    assert "@media (max-width:9px)" in html


def test_no_file_is_read(tmp_path: Path):
    secret = tmp_path / "secret.css"
    secret.write_text("p{color:canary}", encoding="utf-8")
    links = "".join(
        f'<link rel="stylesheet" href="{one}"><style>@import url("{one}");</style>'
        for one in (secret, secret.as_uri(), "http://127.0.0.1:9/x.css")
    )
    include = f'<mjml><mj-body><mj-include path="{secret}" /></mj-body></mjml>'

    assert "canary" not in ask("mail", f"{links}<style>a{{}}</style><p>x</p>")["html"]
    assert ask("mjml", include)["error"] == "syntax"
