"""The app that keeps the answers of keys makes itself known."""

from __future__ import annotations

from events import keys
from tenants import replaying


def test_the_app_that_has_the_rows_has_registered():
    assert replaying.keeper() is keys.once


def test_the_latest_is_asked():
    def other(*_all):
        return {}, False

    replaying.register(other)
    try:
        assert replaying.keeper() is other
    finally:
        replaying.register(keys.once)
