"""Plain is verbatim."""

from __future__ import annotations

import pytest

from templates_app.errors import RenderLimit
from templates_app.rendering import render, variables


@pytest.mark.parametrize("source", ["{{x}}", "{{", "{% x %}", "a\r\n b", "", "é{{{"])
def test_braces_are_two_characters(source):
    assert render("plain", source, {"x": 1}, html=True) == source


def test_it_reads_no_params():
    assert variables("plain", "{{x}}") == frozenset()


def test_a_long_text_is_no_template_that_is_too_large():
    text = "x" * 500_000

    assert render("plain", text, {}, html=True) == text


def test_the_limit_of_the_output_holds():
    with pytest.raises(RenderLimit):
        render("plain", "é" * 600, {}, html=False, limit_bytes=1_000)
