"""Config classes: what they take, what they refuse, and that secrets stay secret."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, dataclass

import pytest

from providers.config import InvalidConfig, ProviderConfig, SecretStr, option
from providers.errors import Misconfigured


@dataclass(frozen=True)
class Sample(ProviderConfig):
    host: str = option("Host", pattern=r"[a-z.]+", max=20)
    token: SecretStr = option("Token", min=4)
    port: int = option("Port", default=25, min=1, max=65535)
    fast: bool = option("Fast")
    mode: str = option("Mode", default="a", choices={"a": "A", "b": "B"})
    hook: SecretStr | None = option("Hook", url=True)
    site: str = option("Site", default="", url=True)
    seconds: int | None = option("Seconds")

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.fast and self.mode == "b":
            yield "mode", "Mode B is never fast."
        if self.host == "all.wrong":
            yield "", "Nothing fits."


GOOD = {"host": "mail.example", "token": "t0psecret"}


def refused(**changes):
    with pytest.raises(InvalidConfig) as raised:
        Sample.from_values({**GOOD, **changes})
    return raised.value


def test_values_come_out_typed_with_defaults():
    config = Sample.from_values({**GOOD, "port": "2525", "fast": "on"})

    assert (config.host, config.port, config.fast) == ("mail.example", 2525, True)
    assert config.token.reveal() == "t0psecret"
    assert (config.mode, config.hook, config.site, config.seconds) == (
        "a",
        None,
        "",
        None,
    )


def test_stored_values_come_back_as_they_were():
    config = Sample.from_values({**GOOD, "hook": "https://x.example/s", "seconds": 3})

    stored = json.loads(json.dumps(config.values()))

    assert stored["token"] == "t0psecret"
    assert Sample.from_values(stored) == config


def test_blanks_around_a_pasted_value_are_dropped():
    assert Sample.from_values({**GOOD, "token": " t0psecret\n"}).token == SecretStr(
        "t0psecret"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", None),
        ("host", "  "),
        ("host", 7),
        ("host", "UPPER"),
        ("host", "a" * 21),
        ("token", "abc"),
        ("token", "line\nbreak"),
        ("token", "nul\0byte"),
        ("token", "\ud800abcd"),
        ("port", "many"),
        ("port", 0),
        ("port", 65536),
        ("port", True),
        ("port", 1.5),
        ("port", "9" * 5000),
        ("fast", "perhaps"),
        ("mode", "c"),
        ("hook", "ftp://x.example/"),
        ("hook", "https://user:pass@x.example/"),
        ("hook", "https:///nowhere"),
        ("hook", "https://x.example:99999/"),
        ("site", "x.example"),
        ("site", "https://x.example/#part"),
        ("mode", ["a"]),
    ],
)
def test_a_bad_value_is_refused_at_its_field(field, value):
    error = refused(**{field: value})

    assert issubclass(type(error), Misconfigured)
    assert [one.field for one in error.problems] == [field]
    assert field in error.detail


def test_all_bad_fields_are_named_at_once():
    error = refused(host="", port="x", mode="z")

    assert [one.field for one in error.problems] == ["host", "port", "mode"]


def test_the_whole_is_judged_when_each_field_is_right():
    assert refused(fast=True, mode="b").problems[0].field == "mode"
    assert refused(host="all.wrong").problems[0].field == ""


def test_a_secret_is_in_no_refusal():
    error = refused(token="s3\x07cret-value", hook="http//s3cret-value")

    assert "s3" not in error.detail
    assert "s3" not in repr(error.problems)


def test_an_unknown_name_is_passed_over_unless_strict():
    assert Sample.from_values({**GOOD, "newer": 1}).host == "mail.example"

    with pytest.raises(InvalidConfig) as raised:
        Sample.from_values({**GOOD, "newer": 1}, strict=True)
    assert raised.value.problems[0].field == "newer"
    assert raised.value.problems[0].code == "unknown_field"


def test_masked_values_hide_secrets_and_keep_the_rest():
    shown = Sample.from_values(GOOD).masked()

    assert shown["host"] == "mail.example"
    assert shown["token"] == "••••••••"
    assert shown["hook"] is None


def test_a_secret_shows_itself_nowhere(caplog):
    config = Sample.from_values(GOOD)

    logging.getLogger("notify").warning("%s %r %s", config, config, config.token)
    shown = f"{config} {config!r} {config.token} {config.token:>20}" + caplog.text

    assert "t0psecret" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(config.token)
    with pytest.raises(TypeError):
        json.dumps({"token": config.token})


def test_a_config_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Sample.from_values(GOOD).host = "other"


def test_the_declaration_describes_itself():
    options = {one.name: one for one in Sample.options()}

    assert list(options) == [
        "host",
        "token",
        "port",
        "fast",
        "mode",
        "hook",
        "site",
        "seconds",
    ]
    kinds = [one.kind for one in options.values()]
    assert kinds == [
        "text",
        "secret",
        "integer",
        "boolean",
        "choice",
        "secret",
        "url",
        "integer",
    ]
    assert [name for name, one in options.items() if one.required] == ["host", "token"]
    assert options["hook"].is_url
    assert options["mode"].choices == (("a", "A"), ("b", "B"))


def test_a_type_that_no_form_can_show_is_refused_at_declaration():
    @dataclass(frozen=True)
    class Wrong(ProviderConfig):
        parts: list[str] = option("Parts")

    with pytest.raises(TypeError, match="parts"):
        Wrong.options()
