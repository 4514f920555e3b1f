"""From a key to a provider's class."""

from __future__ import annotations

import pytest

from notify_project.errors import Invalid
from providers import registry
from providers.base import Provider
from providers.registry import (
    UnknownProvider,
    channel_of,
    provider_class,
    provider_keys,
)


def test_a_key_is_the_address_of_a_file():
    found = provider_class("email.smtp")

    assert issubclass(found, Provider)
    assert found.__module__ == "providers.email.smtp"


def test_keys_are_found_by_channel_code_and_lane():
    assert {"email.anymail", "email.sandbox", "email.smtp"} <= set(provider_keys())
    assert all(key.startswith("email.") for key in provider_keys("email"))
    assert provider_keys() == sorted(provider_keys())


@pytest.mark.parametrize(
    "key",
    [
        "email.pigeon",
        "email",
        "",
        "email.smtp.answers",
        "channels.base",
        "channels.email",
        "api.accounts",
        "email.__init__",
        "../email.smtp",
        "Email.Smtp",
        "os.path",
        "email.smtp\n",
    ],
)
def test_any_other_key_is_refused_with_the_known_ones(key):
    with pytest.raises(UnknownProvider) as raised:
        provider_class(key)

    assert isinstance(raised.value, Invalid)
    assert "email.smtp" in raised.value.message


def test_a_renamed_provider_is_found_by_its_old_key(monkeypatch):
    monkeypatch.setattr(registry, "ALIASES", {"email.relay": "email.smtp"})

    assert provider_class("email.relay") is provider_class("email.smtp")
    assert channel_of("email.relay").code == "email"


def test_a_provider_knows_its_channel():
    assert channel_of("email.sandbox").code == "email"
