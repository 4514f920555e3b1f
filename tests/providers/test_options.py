"""One option: facets of its own that the Config classes of today do not use."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from providers.config import InvalidConfig, ProviderConfig, SecretStr, option


@dataclass(frozen=True)
class Checked(ProviderConfig):
    even: int = option("Even", check=lambda n: "Must be even." if n % 2 else None)
    code: SecretStr = option(
        "Code",
        default="none",
        check=lambda s: None if s.reveal().isalnum() else "Letters and digits only.",
    )


def test_a_check_speaks_for_its_field():
    with pytest.raises(InvalidConfig) as raised:
        Checked.from_values({"even": 3, "code": "a-b"})

    assert {one.field: one.message for one in raised.value.problems} == {
        "even": "Must be even.",
        "code": "Letters and digits only.",
    }


def test_a_secret_with_a_default_is_a_secret_too():
    assert Checked.from_values({"even": 2}).code == SecretStr("none")


def test_secrets_are_equal_by_value_and_false_when_empty():
    assert SecretStr("a") == SecretStr("a") != SecretStr("b")
    assert len({SecretStr("a"), SecretStr("a")}) == 1
    assert not SecretStr("")
    assert str(SecretStr("")) == ""
