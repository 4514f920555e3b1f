"""Phone numbers: one form, and reasons for what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.channels.base import InvalidAddress
from providers.channels.phones import is_abroad, normalise_phone


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("+17787001234", "CA", "+17787001234"),
        ("7787001234", "CA", "+17787001234"),
        ("7787001234", "ca", "+17787001234"),
        ("1 (778) 700-1234", "CA", "+17787001234"),
        ("778.700.1234", "US", "+17787001234"),
        ("778\u2013700\u20131234", "CA", "+17787001234"),
        ("\u202a+1\u00a0778 700 1234\u202c", "CA", "+17787001234"),  # address book
        ("\uff0b1 778 700 1234", "CA", "+17787001234"),
        ("07900 900123", "GB", "+447900900123"),
        ("+44 (0)7900 900123", "CA", "+447900900123"),
        ("011 33 6 12 34 56 78", "CA", "+33612345678"),
        ("+447700900000", "CA", "+447700900000"),  # simulated, assigned to nobody
        ("+447700900111", "", "+447700900111"),
        ("+447700900002", "CA", "+447700900002"),
        ("٧٧٨٧٠٠١٢٣٤", "CA", "+17787001234"),
        ("+390612345678", "CA", "+390612345678"),
    ],
)
def test_a_number_becomes_e164(typed, region, e164):
    assert normalise_phone(typed, region=region) == e164
    assert normalise_phone(e164, region=region) == e164


@pytest.mark.parametrize(
    ("typed", "region", "code"),
    [
        ("", "CA", "phone_empty"),
        ("  ", "CA", "phone_empty"),
        ("1-800-FLOWERS", "CA", "phone_letters"),
        ("tel:+17787001234", "CA", "phone_letters"),
        ("jane@example.org", "CA", "phone_letters"),
        ("7787001234 ext 5", "CA", "phone_extension"),
        ("7787001234x5", "CA", "phone_extension"),
        ("+1 778 700 1234 #12", "CA", "phone_extension"),
        ("+1 778 700 1234;ext=12", "CA", "phone_extension"),
        ("7001234", "CA", "phone_too_short"),  # no area code
        ("911", "CA", "phone_too_short"),
        ("+1778700123", "CA", "phone_too_short"),
        ("+177870012345", "CA", "phone_too_long"),
        ("7" * 61, "CA", "phone_too_long"),
        ("7" * 200_000, "CA", "phone_too_long"),
        ("+999 123 456 789", "CA", "phone_country"),
        ("7787001234", "", "phone_country"),
        ("+", "CA", "phone_unreadable"),
        ("*6787001234", "CA", "phone_unreadable"),
        ("778,700,1234", "CA", "phone_unreadable"),
        ("7787001234\x00", "CA", "phone_unreadable"),
        ("+1 900 555 1234", "CA", "phone_premium_rate"),
        ("+1 900 111 1234", "CA", "phone_premium_rate"),
        ("604 976 1234", "CA", "phone_premium_rate"),
        ("09061234567", "GB", "phone_premium_rate"),
        ("+979 123 456 789", "CA", "phone_premium_rate"),
        ("+881612345678", "CA", "phone_satellite"),
        ("+870 773 123 456", "CA", "phone_satellite"),
        ("+882 1612 3456", "CA", "phone_satellite"),
        ("+883 5100 0000 000", "CA", "phone_satellite"),
    ],
)
def test_a_number_that_cannot_be_sent_to_is_refused_with_a_reason(typed, region, code):
    with pytest.raises(InvalidAddress) as refusal:
        normalise_phone(typed, region=region)

    assert refusal.value.kind == code
    assert refusal.value.message.endswith(".")
    assert len(typed) < 4 or typed not in refusal.value.message


@given(st.text(max_size=80), st.sampled_from(["CA", "GB", "FR", ""]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_either_a_number_or_refused(text, region):
    try:
        number = normalise_phone(text, region=region)
    except InvalidAddress:
        return

    assert number[0] == "+"
    assert number[1:].isdigit()
    assert number[1:].isascii()


@pytest.mark.parametrize(
    ("number", "region", "abroad"),
    [
        ("+16045550123", "CA", False),
        ("+12125550123", "CA", False),  # one calling code
        ("+447900900123", "CA", True),
        ("+447900900123", "GB", False),
        ("+447900900123", "gb", False),
        ("+33612345678", "GB", True),
        ("+447900900123", "", False),  # nobody knows where home is
    ],
)
def test_abroad_is_another_calling_code(number, region, abroad):
    assert is_abroad(number, region=region) == abroad
