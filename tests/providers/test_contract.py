"""What makes a class a provider: each one that the registry finds must pass."""

from __future__ import annotations

import logging
import socket
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from providers.base import Capability, Provider
from providers.channels.base import channels
from providers.channels.msgapp import ChatPayload
from providers.channels.sms import SmsPayload
from providers.config import InvalidConfig, ProviderConfig, SecretStr
from providers.errors import Misconfigured
from providers.options import read
from providers.registry import channel_of, provider_class, provider_keys
from providers.sandbox import Sandbox
from tests.providers.email.servers import mail

KEYS = provider_keys()
MARK = "Zx9secret"
# Words in a field's name that say that its value gives access.
SECRET_WORDS = ("password", "token", "secret", "key", "webhook")


@pytest.fixture(params=KEYS)
def kind(request) -> type[Provider]:
    return provider_class(request.param)


def plausible(opt):
    """A value that the option takes, or None where only a person would know one."""
    if opt.choices:
        return opt.choices[0][0]
    if opt.kind == "integer":
        return opt.min or opt.default or 1
    if opt.kind == "boolean":
        return True
    mark = MARK if opt.type is SecretStr else "plain9"
    for shape in TRIED:
        filled = shape.format(mark=mark).ljust(opt.min or 0, "a")
        try:
            read(opt, filled)
        except ValueError:
            continue
        return filled
    return None


TRIED = (
    "https://127.0.0.1/{mark}",
    "https://127.0.0.1/hooks/{mark}/{mark}",
    "https://127.0.0.1/hooks/{mark}",
    "https://127.0.0.1/api/webhooks/{mark}/{mark}",
    "https://127.0.0.1/v1/spaces/{mark}/messages?key={mark}",
    "gotifys://127.0.0.1/{mark}",
    "{mark}",
    "{mark}@example.org",
    "127.0.0.1",
    "+16045550100",
    "AC" + "0" * 32,
    "SK" + "0" * 32,
    "0" * 32,
)
PAYLOADS = {
    "email": mail(),
    "sms": SmsPayload(
        message_id=uuid4(),
        reference="r-1",
        sender="+16045550100",
        to="+16045550123",
        text="Hello",
    ),
    "msgApp": ChatPayload(
        message_id=uuid4(), reference="r-1", title="", text="Hello", body_type="text"
    ),
}


def filled_in(config_class):
    values = {opt.name: plausible(opt) for opt in config_class.options()}
    return {name: value for name, value in values.items() if value is not None}


def test_every_channel_has_a_sandbox():
    for one in channels():
        assert f"{one.lane}.sandbox" in KEYS


def test_it_says_what_it_is_and_where_it_is_documented(kind):
    assert str(kind.label).strip()
    assert urlsplit(kind.docs_url).scheme == "https"
    assert urlsplit(kind.docs_url).hostname
    assert kind.__doc__
    assert 0 < kind.call_seconds <= 20
    assert kind.capabilities <= set(Capability)
    assert kind.recipients_per_call >= 1


def test_it_serves_the_channel_of_its_folder(kind):
    (key,) = [one for one in KEYS if provider_class(one) is kind]

    assert key == f"{channel_of(key).lane}.{kind.__module__.rpartition('.')[2]}"


def test_it_implements_send_and_check_and_looks_up_only_if_it_says_so(kind):
    assert kind.send is not Provider.send
    assert kind.check is not Provider.check
    looks_up = kind.find is not Provider.find
    assert looks_up is (Capability.LOOKUP in kind.capabilities)


def test_its_settings_are_titled_and_its_secrets_are_secrets_by_type(kind):
    assert issubclass(kind.config_class, ProviderConfig)
    for opt in kind.config_class.options():
        assert str(opt.label).strip(), opt.name
        names_a_secret = any(word in opt.name.split("_") for word in SECRET_WORDS)
        if (
            names_a_secret
            and not opt.name.endswith("id")
            and opt.kind not in ("integer", "boolean", "choice")
        ):
            assert opt.type is SecretStr, f"{opt.name} must be a SecretStr"


def test_a_bad_configuration_is_misconfigured_and_names_the_field(kind):
    needed = [opt.name for opt in kind.config_class.options() if opt.required]
    if not needed:
        assert kind.configured({})
        return

    with pytest.raises(InvalidConfig) as raised:
        kind.configured({})

    assert isinstance(raised.value, Misconfigured)
    assert {one.field for one in raised.value.problems} >= set(needed)


def test_who_does_not_reach_everybody_says_whom_it_does(kind):
    goes = kind.reach(kind.config_class.from_values(filled_in(kind.config_class)))

    assert goes.beginnings
    assert goes.covers("+447700900000") or str(goes.why).endswith(".")


def test_a_refused_configuration_repeats_no_value(kind):
    bad = {opt.name: f"{MARK}\n{MARK}\x00" for opt in kind.config_class.options()}

    with pytest.raises(InvalidConfig) as raised:
        kind.configured(bad)

    assert MARK not in f"{raised.value!r} {raised.value} {raised.value.problems!r}"


def test_no_secret_leaves_by_repr_str_masking_or_log(kind, caplog):
    values = filled_in(kind.config_class)
    config = kind.config_class.from_values(values)
    provider = kind(config)
    secrets = {
        opt.name: values[opt.name]
        for opt in kind.config_class.options()
        if opt.type is SecretStr and opt.name in values
    }

    logging.getLogger("notify").warning("%s %r %s", provider, config, config)
    shown = f"{config} {config!r} {provider} {provider!r} {config.masked()}"
    provider.close()

    for name, secret in secrets.items():
        assert secret not in shown + caplog.text, name


def test_where_nothing_may_go_out_it_says_so_and_nothing_goes_out(
    kind, settings, monkeypatch
):
    """Whatever it would have asked: our guard stands in its way, and it can tell."""
    settings.EGRESS_DENY = ["0.0.0.0/0", "::/0"]
    monkeypatch.setattr(socket, "getaddrinfo", _always_here)
    (key,) = [one for one in KEYS if provider_class(one) is kind]
    provider = kind.configured(filled_in(kind.config_class))
    payload = PAYLOADS[channel_of(key).code]

    if issubclass(kind, Sandbox):
        assert provider.send(payload).receipts
        return
    with pytest.raises(Misconfigured) as raised:
        provider.send(payload)

    assert MARK not in f"{raised.value!r} {raised.value} {raised.value.detail}"


def _always_here(*_args, **_kwargs):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]


def test_closing_twice_and_unused_is_harmless(kind):
    try:
        provider = kind.configured(filled_in(kind.config_class))
    except InvalidConfig:
        return

    provider.close()
    provider.close()
