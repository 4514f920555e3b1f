"""The price of a text message: alphabet, segments, normalising."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.channels import gsm
from providers.channels.gsm import Segments, normalise_text, segments

# Text as people and word processors write it, rich in what makes a difference.
TEXTS = st.text(
    st.one_of(
        st.sampled_from(
            "a é€^{}~|[]\\\n\r\t\f'\"-.\u2018\u2019\u201c\u201d\u00ab\u00bb\u2013"
            "\u2014\u2026\u2025\u00a0\u202f\u2003\u200b\u00ad\u2060\ufeff\u0301eêŵ😀中"
            "\u2028\u0085\u0958\u2126\u212b"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=400,
)


@pytest.mark.parametrize(
    ("text", "count", "encoding", "length"),
    [
        ("", 0, "GSM-7", 0),
        ("a", 1, "GSM-7", 1),
        ("a" * 160, 1, "GSM-7", 160),
        ("a" * 161, 2, "GSM-7", 161),
        ("a" * 306, 2, "GSM-7", 306),
        ("a" * 307, 3, "GSM-7", 307),
        ("a" * 918, 6, "GSM-7", 918),
        ("€" * 80, 1, "GSM-7", 160),
        ("€" * 81, 2, "GSM-7", 162),
        ("\u0175" * 70, 1, "UCS-2", 70),
        ("\u0175" * 71, 2, "UCS-2", 71),
        ("\u0175" * 134, 2, "UCS-2", 134),
        ("\u0175" * 135, 3, "UCS-2", 135),
        ("😀" * 35, 1, "UCS-2", 70),
        ("😀" * 36, 2, "UCS-2", 72),
        ("a" * 69 + "\u0175", 1, "UCS-2", 70),
        ("€" + "\u0175" * 69, 1, "UCS-2", 70),  # no extension in UCS-2: one place
    ],
)
def test_segments_are_counted_as_networks_bill_them(text, count, encoding, length):
    assert segments(text) == Segments(count, encoding, length)


def test_an_extension_character_is_not_cut_by_the_end_of_a_segment():
    # 152 + 2: the euro moves to the second segment and leaves one place unused.
    text = "a" * 152 + "€" + "a" * 151

    assert segments(text) == Segments(2, "GSM-7", 305)
    assert segments(text + "a").count == 3


def test_an_emoji_is_not_cut_by_the_end_of_a_segment():
    text = "a" * 66 + "😀" + "a" * 65

    assert segments(text) == Segments(2, "UCS-2", 133)
    assert segments(text + "a").count == 3


def test_every_character_of_the_standard_is_gsm():
    letters = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r"

    assert gsm.is_gsm(letters + "".join(map(chr, range(0x20, 0x5B))) + "abcxyz")
    assert gsm.is_gsm("\f^{}\\[~]|€")
    assert len(gsm._BASIC) == 127
    assert not any(gsm.is_gsm(other) for other in "`çêâîôûœ\u00a0\u2019\tŵ中")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("I\u2019m \u201chere\u201d", 'I\'m "here"'),
        ("\u00abOui\u00bb", '"Oui"'),
        ("9\u201317 h \u2014 today\u2026", "9-17 h - today..."),
        ("1\u00a0000\u202f$", "1 000 $"),
        ("in\u00advis\u200bible\ufeff", "invisible"),
        ("cafe\u0301", "café"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\there", "tab here"),
        ("end \n\n", "end"),
        ("  as\n\n\nwritten", "  as\n\n\nwritten"),
    ],
)
def test_typography_becomes_what_the_keyboard_has(written, sent):
    assert normalise_text(written) == sent
    assert segments(sent).encoding == "GSM-7"


@pytest.mark.parametrize(
    "text",
    [
        "Ça va\u2009? C\u2019est prêt\u2026",
        "It\u2019s done \N{THUMBS UP SIGN}",
        "ᓀᐦᐃᔭᐍᐏᐣ",  # Cree
        "你好\u3000世界",
        "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}",
    ],
)
def test_a_text_that_is_ucs2_anyway_is_sent_as_it_was_written(text):
    assert normalise_text(text) == text
    assert segments(text).encoding == "UCS-2"


def test_a_no_break_space_does_not_double_the_bill():
    text = "a" * 80 + "\u00a0" + "b" * 79

    assert segments(text).count == 3
    assert segments(normalise_text(text)).count == 1


def test_dots_are_not_spelled_out_where_that_would_cost_a_segment():
    assert normalise_text("\u2026" * 70) == "\u2026" * 70
    assert normalise_text("\u2026" * 53) == "..." * 53


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_normalising_twice_changes_nothing(text):
    once = normalise_text(text)

    assert normalise_text(once) == once


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_normalising_never_adds_a_segment(text):
    assert segments(normalise_text(text)).count <= segments(text).count


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_letter_and_no_sign_is_lost(text):
    def letters(value):
        return [c for c in unicodedata.normalize("NFC", value) if c.isalnum()]

    assert letters(normalise_text(text)) == letters(text)
    assert normalise_text(text).count("?") == text.count("?")


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_segments_hold_what_they_can_and_no_more(text):
    cost = segments(text)
    single, joined = (160, 153) if cost.encoding == "GSM-7" else (70, 67)

    if cost.length <= single:
        assert cost.count == min(cost.length, 1)
    else:
        # A pair that does not fit may leave one place of each segment unused.
        assert (
            -(-cost.length // joined) <= cost.count <= -(-cost.length // (joined - 1))
        )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fine\r\n\tand \x0bso\x0c\x85\u2028", None),
        ("a\x00", (2, "U+0000")),
        ("\x1b[31m", (1, "U+001B")),
        ("ab\x9f", (3, "U+009F")),
        ("x\ud83d", (2, "U+D83D")),
    ],
)
def test_control_characters_are_found_by_place_and_name(text, found):
    assert gsm.control_character(text) == found
