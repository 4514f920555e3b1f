"""Each setting that the environment may hold is told in .env.example."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.architecture import source

SETTINGS = Path("notify_project/settings.py")
# What settings.py has read by others, with the same methods.
PARTS = (
    SETTINGS,
    Path("notify_project/provider_settings.py"),
    Path("notify_project/signin_settings.py"),
)
# The reader of secrets in settings.py, and the methods of environment.py.
READERS = {
    *("_secret", "str", "bool", "int", "float", "list", "networks", "db_url"),
    "bool_in_one_folder",
}

# Their default is another setting's value, or is told in words above the line.
FOLLOWS = {
    "CSRF_TRUSTED_ORIGINS": "PUBLIC_URL",
    "WORKER_LANES": "all lanes",
    "EMBEDDED": "whether DATABASE_URL is missing",
}
# What the tests' own environment says is no default.
SITUATIONS = {
    "one folder": {"EMBEDDED": "true"},
    "production": {
        "DATABASE_URL": "postgresql://notify@db.example.org/notify",
        "PUBLIC_URL": "https://notify.example.org",
        "SECRET_KEY": "x",
        "SEALING_KEYS": "x",
        "SEARCH_KEY": "x",
        "KEY_PEPPER": "x",
    },
}
# Prints the name, the type and the default of each setting as it is read.
LISTEN = """
import json, sys
from notify_project.environment import Environment
found = {}
def read(self, var, cast=None, default=None, **options):
    found[var] = default
    return Environment.__mro__[1].get_value(self, var, cast, default, **options)
Environment.get_value = read
Environment.read_env = lambda self, path: None if path.name == ".env" else (
    Environment.__mro__[1].read_env(path))
import notify_project.settings
json.dump(found, sys.stdout, default=str)
"""


def test_the_example_names_every_setting():
    assert _read() - _told() == set()


def test_the_example_names_nothing_that_is_not_read():
    assert _told() - _read() == set()


def test_the_example_shows_the_defaults(tmp_path):
    """In one folder or in production: where they differ, the example says so."""
    shown = _shown()
    read = [_defaults(tmp_path, **given) for given in SITUATIONS.values()]
    wrong = {
        name: (shown[name], [defaults.get(name) for defaults in read])
        for name in shown.keys() - FOLLOWS.keys()
        if shown[name] not in {defaults.get(name) for defaults in read}
    }

    assert wrong == {}, "shown, and the defaults in: " + ", ".join(SITUATIONS)


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
        for part in PARTS
        for name, call in source.calls(part)
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


def _shown() -> dict[str, str]:
    example = (source.ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=(.*)$", example, re.MULTILINE))


def _defaults(var: Path, **environment: str) -> dict[str, str]:
    """Each setting's default as .env.example would write it."""
    told = subprocess.run(
        [sys.executable, "-c", LISTEN],
        cwd=source.ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(told.stdout)
    return {name: _written(value, var) for name, value in found.items()}


def _written(value: object, var: Path) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case list():
            return ",".join(map(str, value))
    return str(value).replace(str(var), "var").replace(f"{source.ROOT}/", "")
