"""Strict JSON: what gets through, and what is refused with which words."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_project.api.strict_json import (
    MAX_DEPTH,
    MAX_KEYS,
    MAX_VALUES,
    parse_object,
)
from notify_project.errors import Malformed


def refusal(body: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse_object(body)
    return caught.value


def nested(depth: int) -> bytes:
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(st.dictionaries(texts, trees), st.booleans())
def test_reads_what_the_standard_parser_reads(document, ascii_only):
    body = json.dumps(document, ensure_ascii=ascii_only).encode()

    assert parse_object(body) == json.loads(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    try:
        parse_object(body)
    except Malformed as error:
        assert error.message  # noqa: PT017  # both outcomes are right


@given(st.text(alphabet='{}[]",:\\u0dD8aeE1n.- ', max_size=60))
def test_anything_that_looks_like_json_is_read_as_the_standard_parser_or_refused(text):
    try:
        read = parse_object(text.encode())
    except Malformed:
        return

    assert read == json.loads(text)


def test_malformed_json_is_told_with_line_and_column():
    error = refusal(b'{\n  "email": {},\n}')

    assert error.kind == "malformed"
    assert "line 3, column 1" in error.message


@pytest.mark.parametrize(
    "body",
    [
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1} {}',
        b'{"a": 01}',
        b'{"a": +1}',
        b'{"a": .5}',
        b'{"a": "tab\there"}',
        b'{"a": "\\x41"}',
        b'{"a": "\\ud8"}',
        b'{"a": tru}',
        b"// comment\n{}",
        b"{",
        b'{"a',
        "{“a”: 1}".encode(),
    ],
)
def test_what_only_looks_like_json_is_malformed(body):
    assert refusal(body).kind == "malformed"


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_nothing_is_an_empty_body(body):
    assert refusal(body).kind == "empty_body"


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"null", b"true"])
def test_the_top_level_is_an_object(body):
    assert refusal(body).kind == "not_an_object"


def test_a_byte_order_mark_is_refused_by_name():
    assert "byte order mark" in refusal(b"\xef\xbb\xbf{}").message


@pytest.mark.parametrize(
    "body",
    [
        '{"a":"é"}'.encode("latin-1"),
        '{"a":1}'.encode("utf-16"),
        b'{"a":"\xed\xa0\x80"}',  # a surrogate, written as if it were a character
        b'{"a":"\xc0\x80"}',  # U+0000 in two bytes
    ],
)
def test_what_is_not_utf8_is_refused(body):
    assert refusal(body).kind == "not_utf8"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_other_encodings_without_a_mark_are_malformed(codec):
    assert refusal('{"ä":1}'.encode(codec)).kind in {"malformed", "not_utf8"}


def test_a_duplicate_key_is_named_with_its_place():
    error = refusal(b'{"email":{"to":[{"x":1},{"y":1,"\\u0079":2}]}}')

    assert error.kind == "duplicate_key"
    assert 'The object email.to[1] has the key "y" twice' in error.message
    assert error.errors[0].field == "email.to[1].y"


def test_a_duplicate_key_before_broken_json_is_still_refused():
    assert refusal(b'{"a":{"b":1,"b":2}, oops').kind == "malformed"


def test_a_duplicate_key_that_is_no_text_can_be_told():
    error = refusal(b'{"\\ud800":1,"\\ud800":2}')

    assert error.kind == "duplicate_key"
    assert error.message.encode("utf-8")


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 5000, "1" * 101]
)
def test_numbers_that_others_cannot_read_are_refused(number):
    error = refusal(f'{{"a":{number}}}'.encode())

    assert error.kind == "number_out_of_range"
    assert len(error.message) < 200


def test_large_but_readable_numbers_pass():
    assert parse_object(b'{"a":1e308,"b":12345678901234567890}') == {
        "a": 1e308,
        "b": 12345678901234567890,
    }


@pytest.mark.parametrize(
    "text",
    [
        "\\u0000",
        "\\ud800",
        "\\udc00",
        "\\ude00\\ud83d",
        "\\ud83d\\ud83d\\ude00",
        "\\\\ud83d\\ude00",  # a backslash, letters, and half a pair
        "\\ud83d \\ude00",
        "x\\\\\\u0000",
    ],
)
def test_what_is_no_text_is_refused_with_its_place(text):
    error = refusal(f'{{"params":{{"names":["a","{text}"]}}}}'.encode())

    assert error.kind == "not_text"
    assert error.errors[0].field == "params.names[1]"


def test_a_key_that_is_no_text_is_refused():
    assert refusal(b'{"a":{"x\\u0000":1}}').kind == "not_text"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\\ud83d\\ude00", "😀"),
        ("\\\\u0000", "\\u0000"),
        ("\\u2028\\u202e", "\u2028\u202e"),
        ("e" + "\\u0301" * 10_000, "e" + "\u0301" * 10_000),
    ],
)
def test_odd_but_proper_text_passes(text, read):
    assert parse_object(f'{{"a":"{text}"}}'.encode()) == {"a": read}


def test_depth_is_bounded():
    parse_object(nested(MAX_DEPTH))

    assert refusal(nested(MAX_DEPTH + 1)).kind == "too_deep"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, nested(100_000)])
def test_bottomless_nesting_is_refused_without_recursion(body):
    assert refusal(body).kind in {"too_deep", "too_many_keys"}


def test_brackets_in_strings_are_not_depth():
    body = json.dumps({"a": '"\\' + "[{" * 5000, "b": ["\\", '"', "\\\\"]}).encode()

    assert parse_object(body)["b"] == ["\\", '"', "\\\\"]


def test_escaped_quotes_hide_no_depth():
    body = b'{"x":"\\\\","a":"\\"",' + nested(MAX_DEPTH + 1)[1:]

    assert refusal(body).kind == "too_deep"


def test_keys_are_bounded_and_colons_in_strings_are_not_keys():
    flat = {f"k{n}": n for n in range(MAX_KEYS)}
    parse_object(json.dumps({"text": ": " * 50_000}).encode())
    parse_object(json.dumps(flat).encode())

    assert refusal(json.dumps(flat | {"x": 1}).encode()).kind == "too_many_keys"
    assert refusal(b'{"a":1' + b',"b":1' * 200_000 + b"}").kind == "too_many_keys"


@pytest.mark.parametrize("item", [b"1,", b"[],", b'"",', b"{},"])
def test_values_are_bounded(item):
    body = b'{"a":[' + item * (MAX_VALUES + 1) + b"1]}"

    assert refusal(body).kind == "too_many_values"


def test_many_quotes_are_refused_before_they_take_memory():
    assert refusal(b'{"a":"' + b'""' * 2_000_000).kind == "too_many_quotes"


@pytest.mark.parametrize(
    "body",
    [
        b"[]" * 10_000_000,
        b'"\\' * 10_000_000,
        b"\\" * 20_000_000,
        b'{"a":"' + b"\\u0041" * 3_000_000 + b'"}',
        b'{"a":"' + b"\\\\" * 10_000_000 + b'"}',
        b'{"a":' + b"9" * 20_000_000 + b"}",
        b" " * 20_000_000 + b"{",
        b"\n" * 20_000_000 + b"{",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_adversarial_bodies_take_time_in_proportion_to_their_length(body):
    started = time.monotonic()

    with contextlib.suppress(Malformed):  # most are; it must not take minutes
        parse_object(body)

    assert time.monotonic() - started < 20


def test_twenty_five_megabytes_of_attachment_are_read_whole():
    content = "QUJD" * 6_250_000
    body = json.dumps({"content": '<p class="a">{{x}}</p>\n' * 99, "file": content})

    assert parse_object(body.encode())["file"] == content
