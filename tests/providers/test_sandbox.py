"""Simulated recipients, and the ways in which a sandbox can be told to fail."""

from __future__ import annotations

import pytest

from providers.base import Word
from providers.channels.base import channel, channels
from providers.sandbox import SIMULATED, is_simulated, simulated_word


@pytest.mark.parametrize(
    ("code", "address", "word"),
    [
        ("email", "delivered@simulator.notify", Word.DELIVERED),
        ("email", "perm-fail@simulator.notify", Word.PERM_FAILED),
        ("email", "temp-fail@simulator.notify", Word.TEMP_FAILED),
        (
            "email",
            "simulate-delivered@notifications.service.gov.uk",
            Word.DELIVERED,
        ),
        (
            "email",
            "simulate-delivered-2@notifications.service.gov.uk",
            Word.DELIVERED,
        ),
        ("email", "Delivered@simulator.notify", Word.DELIVERED),
        ("sms", "+447700900000", Word.DELIVERED),
        ("sms", "+447700900111", Word.DELIVERED),
        ("sms", "+447700900222", Word.DELIVERED),
        ("sms", "+447700900002", Word.PERM_FAILED),
        ("sms", "+447700900003", Word.TEMP_FAILED),
    ],
)
def test_simulated_recipients_decide_what_becomes_of_the_message(code, address, word):
    assert is_simulated(code, address)
    assert simulated_word(code, address) is word


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("email", "ann@example.org"),
        ("email", "delivered@simulator.notify.example.org"),
        ("email", "+447700900000"),
        ("sms", "+447700900001"),
        ("msgApp", "delivered@simulator.notify"),
        ("fax", "1"),
    ],
)
def test_everybody_else_is_real(code, address):
    assert not is_simulated(code, address)


@pytest.mark.parametrize(
    ("code", "address"),
    [(code, address) for code, table in SIMULATED.items() for address in table],
)
def test_each_simulated_address_is_in_its_channel_s_normal_form(code, address):
    if code not in {one.code for one in channels()}:
        pytest.fail(f"There is no channel {code}.")

    assert channel(code).normalise(address, region="GB") == address
