"""Images in a text: named, found in what is rendered, and put into a page."""

from __future__ import annotations

import pytest

from templates_app import embedding

HTML = [
    '<img src="cid:logo">',
    "<img src='cid:logo'/>",
    '<td background = "cid:logo">',
    '<td style="background: url(cid:logo)">',
    "<td style='background: url(\"cid:logo\")'>",
    '<td style="background: url(&quot;cid:logo&quot;)">',
]


@pytest.mark.parametrize("html", HTML)
def test_an_image_is_found_wherever_a_page_may_show_one(html: str):
    assert embedding.shown(html) == ("logo",)
    assert embedding.named([html]) == {"logo"}


@pytest.mark.parametrize(
    "text",
    [
        "cid:logo",
        "See cid:logo and (cid:logo)",
        "<p>=&lt;cid:logo</p>",
        '<a href="https://example.org/?cid:logo">',
        '<img src="logo">',
    ],
)
def test_words_are_no_image(text: str):
    assert embedding.shown(text) == ()
    assert embedding.named([text]) == frozenset()


def test_markdown_writes_images_its_own_way():
    assert embedding.named(["![Our logo](cid:logo)"]) == {"logo"}


def test_each_is_named_once_and_in_order():
    html = '<img src="cid:b"><img src="cid:a"><img src="cid:b">'

    assert embedding.shown(html) == ("b", "a")


@pytest.mark.parametrize("html", HTML)
def test_a_page_has_the_picture_in_the_place_of_its_name(html: str):
    urls = {"logo": embedding.data_url("image/png", b"bytes")}

    made = embedding.inlined(html, urls.get)

    assert made == html.replace("cid:logo", "data:image/png;base64,Ynl0ZXM=")


def test_an_unknown_name_stays_as_it_is():
    html = '<img src="cid:other">'

    assert embedding.inlined(html, {}.get) == html


def test_a_reference_says_where_it_begins():
    source = 'Hello\n<img src="cid:logo">'

    [found] = embedding.written(source)

    assert source[found.at :].startswith("logo")
