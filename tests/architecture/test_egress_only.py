"""Nothing speaks HTTP to the outside but notify_project/egress.

Otherwise one forgotten call would walk past the address rules, the deadlines and
the size limits.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EGRESS = ROOT / "notify_project" / "egress"
# Asks its own web process for /health, on loopback, before Django is loaded.
OWN_HEALTH = ROOT / "notify_project" / "embedded" / "supervisor.py"
FORBIDDEN = (
    "aiohttp",
    "boto3",
    "botocore",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx",
    "pycurl",
    "requests",
    "twilio.http.http_client",  # the SDK's own client, on requests
    "urllib.request",
    "urllib3",
    "websocket",
    "websockets",
)


def packages() -> list[Path]:
    """Our packages, found rather than listed, so that a new app is watched too."""
    return [
        folder
        for folder in sorted(ROOT.iterdir())
        if (folder / "__init__.py").exists() and folder.name != "tests"
    ]


def modules() -> list[Path]:
    found = [file for folder in packages() for file in folder.rglob("*.py")]
    return [file for file in found if not file.is_relative_to(EGRESS)]


def imported_names(source: str) -> Iterator[str]:
    """Yield every module that a source imports, by statement or by its name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func) in _IMPORTERS:
            yield from (
                str(word.value) for word in node.args if isinstance(word, ast.Constant)
            )


_IMPORTERS = {"import_module", "__import__", "import_string"}


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def ways_out(source: str) -> set[str]:
    return {
        name
        for name in imported_names(source)
        for forbidden in FORBIDDEN
        if name == forbidden or name.startswith(forbidden + ".")
    }


def test_only_egress_imports_an_http_client():
    found = {
        str(file.relative_to(ROOT)): sorted(names)
        for file in modules()
        if file != OWN_HEALTH and (names := ways_out(file.read_text(encoding="utf-8")))
    }

    assert found == {}, "Go out through notify_project.egress.request instead."


def test_our_packages_are_watched():
    assert {"notify_project", "providers"} <= {folder.name for folder in packages()}
    assert ROOT / "notify_project" / "errors.py" in modules()
    assert EGRESS / "client.py" not in modules()


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "import urllib3.util as u",
        "import json, httpx",
        "from http import client",
        "from http.client import HTTPSConnection",
        "from urllib import request as r",
        "from urllib.request import urlopen",
        "from requests.adapters import HTTPAdapter",
        "def f():\n    import aiohttp",
        "importlib.import_module('httpx')",
        "__import__('requests')",
        "from twilio.http.http_client import TwilioHttpClient",
        "import boto3",
        "from websockets.sync.client import connect",
    ],
)
def test_a_breach_is_seen(source):
    assert ways_out(source)


@pytest.mark.parametrize(
    "source",
    [
        "from http import HTTPStatus",
        "from urllib.parse import urlsplit",
        "from notify_project.egress import request",
        "from . import requests",
        "requests = 3",
        "from django.http import HttpRequest",
        "from twilio.http import HttpClient",
    ],
)
def test_what_is_no_breach_is_left_alone(source):
    assert not ways_out(source)
