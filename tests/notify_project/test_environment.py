"""A setting that cannot be read is told in a sentence that names it."""

from __future__ import annotations

import os
import subprocess
import sys
from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured

from notify_project.environment import Environment
from tests.architecture.source import ROOT


def test_numbers_are_read(monkeypatch):
    monkeypatch.setenv("GIVEN", "12")

    assert Environment().int("GIVEN", default=1) == 12
    assert Environment().int("ABSENT", default=1) == 1


@pytest.mark.parametrize("given", ["abc", "", "80.5", "1e3"])
def test_what_is_no_number_is_named(monkeypatch, given):
    monkeypatch.setenv("GIVEN", given)

    with pytest.raises(ImproperlyConfigured, match=f"^GIVEN={given} is not a whole"):
        Environment().int("GIVEN", default=1)


def test_what_is_no_fraction_is_named(monkeypatch):
    monkeypatch.setenv("GIVEN", "soon")

    with pytest.raises(ImproperlyConfigured, match=r"^GIVEN=soon is not a number\."):
        Environment().float("GIVEN", default=1.0)


def test_debugging_is_refused_where_others_would_see_it(monkeypatch):
    given = Environment()
    monkeypatch.setenv("DEBUG", "true")

    assert given.bool_in_one_folder("DEBUG", embedded=True)
    with pytest.raises(ImproperlyConfigured, match="^DEBUG=true shows settings"):
        given.bool_in_one_folder("DEBUG", embedded=False)
    monkeypatch.delenv("DEBUG")
    assert not given.bool_in_one_folder("DEBUG", embedded=False)


def test_networks_are_read(monkeypatch):
    monkeypatch.setenv("GIVEN", "10.1.0.0/16, ::1/128")

    assert Environment().networks("GIVEN") == [
        ip_network("10.1.0.0/16"),
        ip_network("::1/128"),
    ]
    assert Environment().networks("ABSENT") == []


@pytest.mark.parametrize("given", ["proxy", "10.1.0.0/64", "10.1.2.3/16"])
def test_what_is_no_network_is_named(monkeypatch, given):
    monkeypatch.setenv("GIVEN", given)

    with pytest.raises(ImproperlyConfigured, match=f"^GIVEN: '?{given}"):
        Environment().networks("GIVEN")


@pytest.mark.parametrize(
    ("name", "given"), [("PORT", "abc"), ("PORT", ""), ("TRUSTED_PROXIES", "proxy")]
)
def test_a_command_ends_with_the_sentence_alone(tmp_path, name, given):
    ended = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env={**os.environ, "EMBEDDED": "true", "VAR_DIR": str(tmp_path), name: given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith(name)
    assert len(ended.stderr.splitlines()) == 1
