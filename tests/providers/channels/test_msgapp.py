"""Destinations and texts as the chat channel takes them."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.channels.base import (
    HandOver,
    InvalidAddress,
    InvalidContent,
    channel,
)
from providers.channels.msgapp import ChatPayload, MsgApp, check_text, check_title

CHAT = MsgApp()


@pytest.mark.parametrize("code", ["msgApp", "msgapp"])
def test_the_channel_is_found_by_code_and_lane(code):
    assert isinstance(channel(code), MsgApp)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("ops", "ops"),
        ("  Ops   Room ", "ops room"),
        ("Équipe-2_b.c", "équipe-2_b.c"),
        ("E\u0301quipe", "équipe"),
        ("7", "7"),
        ("a" * 100, "a" * 100),
    ],
)
def test_a_destination_has_one_form(given_name, name):
    assert CHAT.normalise(given_name, region="CA") == name
    assert CHAT.normalise(name, region="CA") == name


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "https://hooks.slack.com/services/T0/B0/x",
        "#ops",
        "@jane",
        "-ops",
        ".ops",
        "a\nb",
        "a\tb",
        "a\u200bb",
        "a/b",
        "a" * 101,
        "a" * 1_000_000,
    ],
)
def test_what_is_no_name_is_refused_and_not_repeated(address):
    with pytest.raises(InvalidAddress) as refusal:
        CHAT.normalise(address, region="CA")

    assert len(address) < 3 or address not in refusal.value.message


@given(st.text(max_size=120))
@settings(deadline=None)
def test_normalising_twice_changes_nothing(address):
    try:
        name = CHAT.normalise(address)
    except InvalidAddress:
        return

    assert CHAT.normalise(name) == name


def test_texts_keep_their_lines_and_lose_white_ends():
    assert check_text("one\r\n\ttwo\u2028three \n") == "one\n\ttwo\nthree"
    kept = "\u200fשלם \N{MAN}\u200d\N{WOMAN}"
    assert check_text(kept) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "chat_empty"),
        ("\n \r\n", "chat_empty"),
        ("a\x00", "chat_control_character"),
        ("a\x1b[1m", "chat_control_character"),
        ("a\ud83d", "chat_control_character"),
        ("a" * 10_001, "chat_too_long"),
    ],
)
def test_a_text_that_cannot_be_posted_is_refused_by_field(text, code):
    with pytest.raises(InvalidContent) as refusal:
        check_text(text, field="msgApp.body")

    assert refusal.value.kind == code
    assert refusal.value.errors[0].field == "msgApp.body"
    assert "%(" not in refusal.value.message


def test_a_title_is_one_line_or_nothing():
    assert check_title(" Nightly run ") == "Nightly run"
    assert check_title("") == ""
    for wrong in ("a\nb", "a" * 251, "a\u202eb"):
        with pytest.raises(InvalidContent):
            check_title(wrong)


def test_a_payload_does_not_show_its_text():
    payload = ChatPayload(UUID(int=1), "ref", "a title", "a secret")

    assert "secret" not in repr(payload)
    assert "title=" not in repr(payload)
    assert payload.body_type == "text"


@pytest.mark.parametrize("body_type", ["text", "markdown"])
def test_finished_texts_become_the_payload(body_type):
    texts = CHAT.finish({"body": "All done.\r\n"}, path="msgApp.content")

    payload = CHAT.payload(
        HandOver(
            message_id=UUID(int=1),
            reference="ref-1",
            sender="",
            sender_name="",
            to=("ops",),
            cc=(),
            bcc=(),
            texts=texts,
            body_type=body_type,
        )
    )

    assert payload == ChatPayload(UUID(int=1), "ref-1", "", "All done.", body_type)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"title": "a\nb", "body": "x"}, "msgApp.content.title"),
        ({"title": "", "body": "a\x00"}, "msgApp.content.body"),
    ],
)
def test_a_text_that_cannot_be_finished_is_named_by_its_path(texts, field):
    with pytest.raises(InvalidContent) as refusal:
        CHAT.finish(texts, path="msgApp.content")

    assert refusal.value.errors[0].field == field
