"""Markdown for other chat systems: what is escaped, and what is written otherwise."""

import time

import pytest

from providers.markup import as_it_is, starred


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* _c_ ~d~ `e` # f > g", r"a \*b\* \_c\_ \~d\~ \`e\` \# f \> g"),
        ("1. one - two", r"1\. one \- two"),
        ("[x](y) !z | w \\", r"\[x\]\(y\) \!z \| w \\"),
        (
            "see https://a.example/x_y?q=*1 and_so",
            r"see https://a.example/x_y?q=*1 and\_so",
        ),
        ("plain, é, 😀\nnext: <b>", "plain, é, 😀\nnext: <b\\>"),
    ],
)
def test_a_plain_text_keeps_its_marks_and_its_links(text, shown):
    assert as_it_is(text) == shown


def test_what_is_escaped_first_stays_so():
    assert starred("**a** < b", escape=lambda text: text.replace("<", "&lt;")) == (
        "*a* &lt; b"
    )


def test_code_is_not_rewritten():
    assert starred("`**a**` **b**", escape=str) == "`**a**` *b*"


@pytest.mark.parametrize("mark", ["**a ", "*a ", "~~a ", "[a](", "`a ", "# ", "[", "_"])
def test_no_text_takes_long_to_convert(mark):
    started = time.process_time()

    starred((mark * 10_000)[:10_000], escape=str)
    as_it_is((mark * 10_000)[:10_000])

    assert time.process_time() - started < 3
