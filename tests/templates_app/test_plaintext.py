"""What a reader without HTML gets to see of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.plaintext import text_of

CASES = [
    ("", ""),
    (" \n", ""),
    ("plain &amp; simple", "plain & simple"),
    ("<p>one</p><p>two\n  words</p>", "one\n\ntwo words"),
    ("<h1>Title</h1>text", "Title\n\ntext"),
    ("<div>a</div><div>b</div>", "a\nb"),
    ("<p>a<br>b<br><br>c</p>", "a\nb\n\nc"),
    ("<p><b>x</b> <i>y</i>z&nbsp;!</p>", "x yz !"),
    ("<p>a</p><hr><p>b</p>", "a\n\n----------------------------------------\n\nb"),
    # links
    ('<a href="https://x.example/1">Pay</a>', "Pay (https://x.example/1)"),
    ('<a href="https://x.example/">x.example</a>', "x.example"),
    ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
    ('<a href="mailto:a@x.example">Write</a>', "Write (a@x.example)"),
    ('<a href="#top">top</a>', "top"),
    ('<a href="https://x.example/1"></a>', "https://x.example/1"),
    ('<a href="https://x.example"><img alt="Open"></a>', "Open (https://x.example)"),
    ('<a href="javascript:x()">x</a>', "x"),
    # images
    ('<img src="cid:logo" alt="BC Government"><p>x</p>', "BC Government\n\nx"),
    ('<img src="pixel.gif"><p>x</p>', "x"),
    # lists
    ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    ("<p>x</p><ol><li>a</li><li>b</li></ol><p>y</p>", "x\n\n1. a\n2. b\n\ny"),
    ('<ol start="9"><li>a</li><li>b<br>c</li></ol>', "9. a\n10. b\n    c"),
    ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
    ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b"),
    # quotes and code
    ("<p>a</p><blockquote><p>b</p><p>c</p></blockquote>d", "a\n\n> b\n>\n> c\n\nd"),
    ("<pre>\n a\n  b </pre>", " a\n  b"),
    # tables
    (
        "<table><tr><th>Item</th><th>Price</th></tr>"
        "<tr><td>Permit</td><td>12</td></tr></table>",
        "Item    Price\nPermit  12",
    ),
    ("<table><tr><td>alone</td></tr><tr><td>b</td></tr></table>", "alone\nb"),
    (
        '<table role="presentation"><tr><td>left</td><td>right</td></tr></table>',
        "left\nright",
    ),
    (
        "<table><tr><td><p>a</p></td><td><table><tr><td>1</td><td>2</td></tr>"
        "</table></td></tr></table>",
        "a\n\n1  2",
    ),
    # what is not to be seen
    ('<div style="color:red; display: none">pre</div>x', "x"),
    ("<div hidden>pre</div>x", "x"),
    ("<p>pre\u200c\u00ad\u034fview</p>", "preview"),
    ("<head><title>T</title><style>p{}</style></head><p>x</p><script>y</script>", "x"),
    ("<!-- c --><p>x<!--[if mso]><b>y</b><![endif]--></p>", "x"),
    ("<?xml version='1.0' encoding='latin-1'?><p>é日</p>", "é日"),
]


@pytest.mark.parametrize(("html", "text"), CASES)
def test_html_is_read_as_it_looks(html: str, text: str):
    assert text_of(html) == text


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote"])
def test_what_is_nested_without_end_ends(tag: str):
    closed = f"<{tag}>" * 20_000

    try:
        assert len(text_of(closed)) < 1_000_000
    except RecursionError:
        pass


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "x", " ", "<ul>", "<li>", "</ul>", "<br>", "&", "<",
             "<table>", "<tr>", "<td>", "</table>", '<a href="http://x">', "</a>",
             "<pre>", "\n", "\u0000", "\ud800", "<img alt='i'>", "<blockquote>"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_is_written_can_be_read(pieces: list[str]):
    text = text_of("".join(pieces))

    assert not text.startswith("\n")
    assert not text.endswith("\n")
