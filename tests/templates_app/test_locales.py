"""Language tags, and which of several languages is chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.locales import canonical, chain, chosen, is_tag


@pytest.mark.parametrize("tag", ["en", "fr-CA", "fr_ca", "zh-Hant-TW", "sr-Latn", "EN"])
def test_a_tag_is_a_language_with_its_kinds(tag: str):
    assert is_tag(tag)


@pytest.mark.parametrize(
    "text", ["", "e", "english", "../../x", "en-", "fr CA", "en\n", "fr-C", "é"]
)
def test_anything_else_is_none(text: str):
    assert not is_tag(text)


@pytest.mark.parametrize(
    ("tag", "written"),
    [("FR_ca", "fr-CA"), ("zh_hant_tw", "zh-Hant-TW"), ("EN", "en")],
)
def test_there_is_one_way_to_write_it(tag: str, written: str):
    assert canonical(tag) == written


@pytest.mark.parametrize(
    ("wanted", "tags"),
    [
        (("fr_CA", "en"), ("fr-CA", "fr", "en")),
        (("pt-BR", "pt", "en"), ("pt-BR", "pt", "en")),
        (("", "../x", "en-CA"), ("en-CA", "en")),
        ((), ()),
    ],
)
def test_each_falls_back_to_what_it_is_a_kind_of(wanted, tags):
    assert chain(*wanted) == tags


@pytest.mark.parametrize(
    ("wanted", "there", "own", "tag"),
    [
        (("fr-CA", "fr", "en"), {"fr-CA", "fr"}, "en", "fr-CA"),
        (("fr-CA", "fr", "en"), {"fr"}, "en", "fr"),
        (("fr-CA", "fr", "en"), {"de"}, "en", "en"),
        (("en-CA", "en", "fr"), {"fr"}, "en", "en"),
        (("de", "fr"), {"fr"}, "en", "fr"),
        (("de",), {"fr"}, "", ""),
        ((), {"fr"}, "en", "en"),
    ],
)
def test_the_first_that_is_there_is_chosen(wanted, there, own, tag):
    assert chosen(wanted, there, own) == tag


@given(st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", fullmatch=True))
def test_a_tag_that_is_written_so_stays_so(tag: str):
    assert is_tag(canonical(tag))
    assert canonical(canonical(tag)) == canonical(tag)
    assert chain(tag)[0] == canonical(tag)
