"""Config classes as forms: errors at their field, secrets never on the page."""

from __future__ import annotations

import pytest

from providers.email.smtp import SmtpConfig
from providers.forms import ConfigForm
from providers.registry import provider_class, provider_keys
from tests.providers.test_config import GOOD, Sample

STORED = {**GOOD, "hook": "http://127.0.0.1/s3cret"}


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


def form(data=None, *, stored=None, config_class=Sample):
    return ConfigForm(config_class, data=data, stored=stored, prefix="config")


def posted(**values):
    return {f"config-{name}": value for name, value in values.items()}


def test_a_new_account_is_filled_in_with_defaults():
    page = form().as_p()

    assert 'value="25"' in page
    assert "<option" in page


def test_what_was_typed_becomes_a_config():
    filled = form(posted(**GOOD, port="2525", fast="on", mode="a"))

    assert filled.is_valid(), filled.errors
    assert filled.config.port == 2525
    assert filled.values()["token"] == "t0psecret"


def test_errors_land_on_their_fields():
    filled = form(posted(host="UPPER", token="t0psecret", port="x", mode="z"))

    assert not filled.is_valid()
    assert set(filled.errors) == {"host", "port", "mode"}
    assert all(len(sentences) == 1 for sentences in filled.errors.values())


def test_an_error_of_the_whole_is_shown_at_its_field_or_above_all():
    at_field = form(posted(**GOOD, port="25", fast="on", mode="b"))
    above = form(posted(host="all.wrong", token="t0psecret", port="25", mode="a"))

    assert set(at_field.errors) == {"mode"}
    assert above.non_field_errors() == ["Nothing fits."]


def test_a_stored_secret_is_never_on_the_page():
    shown = form(stored=STORED).as_p()
    again = form(posted(host="", token="ty-ped-secret"), stored=STORED)
    again.is_valid()

    assert "t0psecret" not in shown
    assert "s3cret" not in shown
    assert "leave empty to keep" in shown
    assert "mail.example" in shown
    assert "ty-ped-secret" not in again.as_p()


def test_an_empty_secret_keeps_the_stored_one():
    data = posted(host="mail.example", token="", port="25", mode="a")
    filled = form(data, stored=STORED)

    assert filled.is_valid(), filled.errors
    assert filled.values()["token"] == "t0psecret"


def test_a_new_secret_replaces_the_stored_one():
    data = posted(host="mail.example", token="an0ther", port="25", mode="a")
    filled = form(data, stored={**GOOD})

    assert filled.is_valid(), filled.errors
    assert filled.values()["token"] == "an0ther"


def test_only_an_optional_secret_can_be_removed():
    data = posted(host="mail.example", port="25", mode="a", hook__clear="on")
    filled = form(data, stored=STORED)

    assert filled.is_valid(), filled.errors
    assert filled.values()["hook"] is None
    assert "token__clear" not in filled.fields


def test_a_new_account_needs_its_secret():
    filled = form(posted(host="mail.example", port="25", mode="a"))

    assert set(filled.errors) == {"token"}


@pytest.mark.parametrize("field", ["hook", "site"])
def test_a_url_that_leads_inside_is_refused_at_once(field):
    inside = "https://10.0.0.1/"
    filled = form(posted(**GOOD, port="25", mode="a", **{field: inside}))

    assert set(filled.errors) == {field}
    assert "10.0.0.1" not in str(filled.errors)


def test_a_url_that_the_operator_allows_is_taken():
    data = posted(**GOOD, port="25", mode="a", site="http://127.0.0.1:8080/")

    assert form(data).is_valid()


def test_the_smtp_form_explains_a_password_without_encryption():
    data = posted(
        host="mail.example.org",
        port="25",
        security="none",
        username="joe",
        password="s3cret",
        connections="8",
        messages_per_connection="100",
    )

    assert set(form(data, config_class=SmtpConfig).errors) == {"security"}


@pytest.mark.parametrize("key", provider_keys())
def test_every_provider_s_form_can_be_shown(key):
    page = form(config_class=provider_class(key).config_class).as_p()

    assert page.count("<label") >= len(provider_class(key).config_class.options())


STORED_SMTP = {"host": "mail.example.org", "username": "me", "password": "hush"}


def _smtp(**changes):
    given = {"host": "mail.example.org", "username": "me", "security": "starttls"}
    return ConfigForm(
        SmtpConfig, {**given, "port": "587", **changes}, stored=STORED_SMTP
    )


def test_a_stored_secret_is_not_sent_to_another_server():
    form = _smtp(host="evil.example.org")

    assert not form.is_valid()
    assert "server has changed" in str(form.errors["password"])


def test_a_secret_given_again_goes_to_the_new_server():
    form = _smtp(host="new.example.org", password="again")

    assert form.is_valid(), form.errors
