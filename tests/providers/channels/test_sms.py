"""Phone numbers, senders and texts as the SMS channel takes them."""

from uuid import UUID

import pytest

from providers.channels.base import HandOver, InvalidContent, channel
from providers.channels.sms import (
    InvalidSender,
    Sms,
    SmsPayload,
    check_text,
    normalise_sender,
)

SMS = Sms()


def test_the_channel_is_found_by_its_code():
    assert isinstance(channel("sms"), Sms)
    assert SMS.lane == "sms"


def test_a_number_has_one_form():
    assert SMS.normalise("778 700 1234", region="CA") == "+17787001234"


def test_a_text_is_normalised_when_it_is_checked():
    assert check_text("It\u2019s\u00a0done\r\n") == "It's done"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sms_empty"),
        (" \u200b\n", "sms_empty"),
        ("ring \x07", "sms_control_character"),
        ("a\x00b", "sms_control_character"),
        ("half \ud83d", "sms_control_character"),
        ("a" * 919, "sms_too_long"),
        ("€" * 460, "sms_too_long"),
        # 918 places, but pairs that would be cut push it into a seventh segment.
        (("a" * 152 + "€") * 5 + "a" * 148, "sms_too_long"),
        ("ŵ" * 919, "sms_too_long"),
        ("😀" * 460, "sms_too_long"),
        ("\u2026 " * 500_000, "sms_too_long"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_by_field(text, code):
    with pytest.raises(InvalidContent) as refusal:
        check_text(text, field="sms.body")

    assert refusal.value.kind == code
    assert refusal.value.errors[0].field == "sms.body"


@pytest.mark.parametrize("text", ["a" * 918, "ŵ" * 918, "€" * 456, "😀" * 459])
def test_the_longest_texts_pass(text):
    assert check_text(text) == text


def test_an_error_says_how_long_the_text_is():
    with pytest.raises(
        InvalidContent, match=r"sms\.body takes 919 .*\(7 text messages\)"
    ):
        check_text("a" * 919, field="sms.body")


@pytest.mark.parametrize(
    ("given_sender", "sender"),
    [
        ("GovBC", "GovBC"),
        (" Gov BC ", "Gov BC"),
        ("BC & Co.", "BC & Co."),
        ("4service", "4service"),
        ("778 700 1234", "+17787001234"),
        ("+1 778 700 1234", "+17787001234"),
        ("72345", "72345"),
        ("MG" + "0a" * 16, "MG" + "0a" * 16),
    ],
)
def test_senders_have_one_form(given_sender, sender):
    assert normalise_sender(given_sender, region="CA") == sender
    assert normalise_sender(sender, region="CA") == sender


@pytest.mark.parametrize(
    "sender",
    ["", "Twelve chars", "Café", "Gov\nBC", "a/b", "+1 778 700", "MGabc 0123456", "-"],
)
def test_a_sender_that_no_text_can_come_from_is_refused(sender):
    with pytest.raises(InvalidSender) as refusal:
        normalise_sender(sender, region="CA", field="sms.from")

    assert refusal.value.errors[0].field == "sms.from"


def test_a_payload_shows_neither_number_nor_text():
    payload = SmsPayload(
        message_id=UUID(int=1),
        reference="r",
        sender="GovBC",
        to="+17787001234",
        text="secret",
    )

    assert "+1778" not in repr(payload)
    assert "secret" not in repr(payload)


def test_finished_texts_become_the_payload():
    texts = SMS.finish({"body": "It\u2019s done\n"}, path="sms.content")

    payload = SMS.payload(
        HandOver(
            message_id=UUID(int=1),
            reference="ref-1",
            sender="GovBC",
            sender_name="",
            to=("+17787001234",),
            cc=(),
            bcc=(),
            texts=texts,
        )
    )

    assert payload == SmsPayload(
        UUID(int=1), "ref-1", "GovBC", "+17787001234", "It's done"
    )


def test_a_text_that_cannot_be_finished_is_named_by_its_path():
    with pytest.raises(InvalidContent) as refusal:
        SMS.finish({"body": "a" * 919}, path="sms.content")

    assert refusal.value.errors[0].field == "sms.content.body"
