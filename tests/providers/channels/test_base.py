"""Channels as a set, and the rule for one-line texts."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_project.errors import Invalid
from providers.channels.base import (
    InvalidContent,
    UnknownChannel,
    channel,
    channels,
    check_line,
)

FORGING = [
    chr(point)
    for point in range(sys.maxunicode + 1)
    if unicodedata.category(chr(point)) in ("Cc", "Zl", "Zp", "Cs")
    or unicodedata.bidirectional(chr(point))
    in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
]


def test_channels_are_found_by_their_files():
    assert "email" in [one.code for one in channels()]
    assert [one.code for one in channels()] == sorted(one.code for one in channels())


def test_code_and_lane_name_the_same_channel():
    for one in channels():
        assert channel(one.code) is channel(one.lane) is one
        assert one.lane == one.code.lower()
        assert one.wire == one.code


@pytest.mark.parametrize("code", ["pigeon", "", "base", "Email\n", "__init__"])
def test_another_code_is_refused_with_the_known_ones(code):
    with pytest.raises(UnknownChannel, match="email") as raised:
        channel(code)

    assert isinstance(raised.value, Invalid)


def test_every_channel_declares_what_forms_and_serializers_need():
    for one in channels():
        assert str(one.label)
        assert str(one.label_plural)
        assert str(one.address_label)
        assert one.content_fields
        assert one.body_types
        assert one.max_recipients >= 1


@given(st.text(max_size=20), st.sampled_from(FORGING), st.text(max_size=20))
def test_no_control_or_direction_mark_passes(before, mark, after):
    with pytest.raises(InvalidContent) as raised:
        check_line(before + mark + after, "email.subject")

    assert raised.value.errors[0].field == "email.subject"


def test_a_line_comes_out_composed():
    assert check_line("Zoe\u0308 🎉", "subject") == "Zoë 🎉"


def test_length_is_counted_after_composing():
    assert check_line("e\u0301" * 255, "subject") == "é" * 255
    with pytest.raises(InvalidContent, match="256"):
        check_line("e\u0301" * 256, "subject")
