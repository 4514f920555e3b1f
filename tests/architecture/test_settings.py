"""Each setting that the environment may hold is told in .env.example."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture import source

SETTINGS = Path("notify_project/settings.py")
# The reader of secrets in settings.py, and the methods of environment.py.
READERS = {"_secret", "str", "bool", "int", "float", "list", "networks", "db_url"}


def test_the_example_names_every_setting():
    assert _read() - _told() == set()


def test_the_example_names_nothing_that_is_not_read():
    assert _told() - _read() == set()


def test_only_the_settings_read_the_environment():
    """One place to look; `make run` hands on its own environment to its parts."""
    found = [
        str(module)
        for module in source.modules()
        if module != SETTINGS
        and "embedded" not in module.parts
        and re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", source.text(module))
    ]

    assert found == []


def _read() -> set[str]:
    """The first argument of env.str("NAME", ...) and of _secret("NAME")."""
    return {
        call.args[0].value
        for name, call in source.calls(SETTINGS)
        if name in READERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and call.args[0].value.isupper()
    }


def _told() -> set[str]:
    """NAME=value lines, those of a default behind a # too."""
    example = (source.ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
