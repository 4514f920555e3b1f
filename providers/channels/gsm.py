"""What a text message costs: the GSM alphabet, segments, and cheaper typography.

Pure. Tables and sizes are those of 3GPP TS 23.038 (alphabet) and TS 23.040 (segments
of a long message). A text whose every character is in the GSM alphabet has 160
characters in one segment; one character from outside turns the whole text into UCS-2
with 70, so a stray no-break space can double the bill.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

# In the order of the standard's table, row by row; ESC (0x1B) is left out.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Reached by ESC, so each takes two places.
_EXTENSION = frozenset("\f^{}\\[~]|€")

# One segment, and each of several: these lose some places to the joining header.
_PLACES: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}

# Lines end in LF; a tab is no GSM character and would cost the whole text.
_LINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

# Typography that word processors put in, and what was on the keyboard. Letters are
# never touched: an accent can change a word, and Cree is not Latin.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
        "\u2025": "..",
        "\u2026": "...",
        # Invisible: soft hyphen, zero-width space, word joiner, byte order mark.
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", None),
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels: `count` segments are billed; `length` is in places.

    A place is a 7-bit character of GSM-7 (an extension character has two), or a
    16-bit unit of UCS-2 (an emoji has two or more). No text has no segment.
    """

    count: int
    encoding: Encoding
    length: int


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM alphabet or its extension."""
    return all(char in _BASIC or char in _EXTENSION for char in text)


def segments(text: str) -> Segments:
    """What this very text costs; normalise it first. O(length)."""
    encoding: Encoding = "GSM-7" if is_gsm(text) else "UCS-2"
    widths = [_width(char, encoding) for char in text]
    length = sum(widths)
    single, joined = _PLACES[encoding]
    count = min(length, 1) if length <= single else _packed(widths, joined)
    return Segments(count=count, encoding=encoding, length=length)


def _width(char: str, encoding: Encoding) -> int:
    wide = char in _EXTENSION if encoding == "GSM-7" else ord(char) > 0xFFFF
    return 2 if wide else 1


def _packed(widths: Iterable[int], places: int) -> int:
    """Segments filled in order; a character of two places is never cut in half."""
    count, used = 1, 0
    for width in widths:
        if used + width > places:
            count, used = count + 1, 0
        used += width
    return count


def normalise_text(text: str) -> str:
    """The text as it is handed over, previewed and billed.

    1. Lines end in LF, tabs are spaces, nothing white stands at the end.
    2. Letters with combining accents become single characters (NFC).
    3. Quotes, dashes, ellipses and special spaces become those of the keyboard, and
       invisible characters go, if that makes the whole text GSM.

    Steps 2 and 3 are taken back where they would cost more segments. Nothing else is
    changed: what is outside GSM, such as emoji, stays and makes the text UCS-2.
    Normalising twice changes nothing, and never adds a segment.
    """
    given = _trimmed(_LINES.sub("\n", text).replace("\t", " "))
    composed = _cheaper(_trimmed(unicodedata.normalize("NFC", given)), given)
    plain = _trimmed(composed.translate(_PLAIN))
    return _cheaper(plain, composed) if is_gsm(plain) else composed


def _trimmed(text: str) -> str:
    return text.rstrip(" \n")


def _cheaper(changed: str, given: str) -> str:
    """The changed text, unless it costs more segments."""
    dearer = segments(changed).count > segments(given).count
    return given if dearer else changed


def control_character(text: str) -> tuple[int, str] | None:
    """The first character that no handset shows, as (position from 1, "U+0007").

    Controls but for line ends and tabs, and halves of surrogate pairs.
    """
    found = re.search("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]", text)
    return (found.start() + 1, f"U+{ord(found[0]):04X}") if found else None
