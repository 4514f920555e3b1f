"""Which services there are, and what each has to keep to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from providers.config import InvalidConfig, SecretStr
from providers.registry import UnknownProvider
from providers.services import KINDS, service_class, service_keys

KEYS = service_keys()
SECRET_WORDS = ("password", "token", "secret", "key", "credential")


@pytest.fixture(params=KEYS)
def key(request: Any) -> str:
    return str(request.param)


def test_every_kind_has_some():
    assert {one.partition(".")[0] for one in KEYS} == set(KINDS)
    by_kind = [key for kind in sorted(KINDS) for key in service_keys(kind)]
    assert by_kind == KEYS
    assert service_keys("none") == []


def test_it_says_what_it_is_and_where_it_is_documented(key: str):
    kind = service_class(key)

    assert str(kind.label).strip()
    assert kind.__doc__
    assert urlsplit(kind.docs_url).scheme == "https"
    assert 0 < kind.call_seconds <= 20


def test_its_secrets_are_secrets_by_type_and_its_fields_have_titles(key: str):
    for opt in service_class(key).config_class.options():
        assert str(opt.label).strip()
        if opt.name.split("_")[-1] in SECRET_WORDS:
            assert opt.type is SecretStr, opt.name


def test_a_bad_configuration_names_its_fields(key: str):
    kind = service_class(key)
    needed = {one.name for one in kind.config_class.options() if one.required}

    with pytest.raises(InvalidConfig) as caught:
        kind.configured({})

    assert {one.field for one in caught.value.problems} >= needed > set()


@pytest.mark.parametrize("wrong", ["", "documents", "documents.none", "email.smtp"])
def test_what_no_file_stands_behind_is_refused(wrong: str):
    with pytest.raises(UnknownProvider, match=r"documents\."):
        service_class(wrong)
