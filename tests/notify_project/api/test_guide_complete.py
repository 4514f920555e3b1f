"""Whatever can go wrong has an entry in the guide: the code finds its errors itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from notify_project.api.guide import errors_guide
from notify_project.api.problems import problem_of
from notify_project.errors import NotifyError
from tests.architecture import source

# Codes that stand in a table beside their sentence.
TABLED = re.compile(r"(phone|chat|sms|too_many)_[a-z_]+")
TABLES = {
    Path("providers/channels/phones.py"),
    Path("providers/channels/msgapp.py"),
    Path("providers/channels/sms.py"),
}


def families() -> set[type[NotifyError]]:
    """Every error class of ours, wherever it is defined."""
    for module in source.modules():
        if module.name not in {"wsgi.py", "celery.py", "settings.py"}:
            import_module(".".join(module.with_suffix("").parts))
    found: set[type[NotifyError]] = set()
    waiting = [NotifyError]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += one.__subclasses__()
    return {one for one in found if one.__module__.partition(".")[0] in source.APPS}


def spelled_out(names: set[str]) -> Iterator[tuple[str, str]]:
    """(class, code) of each call such as Invalid(..., code="invalid_time")."""
    for module in source.modules():
        for name, call in source.calls(module):
            for keyword in call.keywords:
                if (
                    name in names
                    and keyword.arg == "code"
                    and isinstance(keyword.value, ast.Constant)
                    and isinstance(keyword.value.value, str)
                    and keyword.value.value
                ):
                    yield name, keyword.value.value


def tabled() -> set[str]:
    return {
        node.value
        for module in TABLES
        for node in ast.walk(source.tree(module))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and TABLED.fullmatch(node.value)
    }


def entries() -> dict[str, str]:
    return {one.code: str(one.paragraphs[0]) for one in errors_guide().entries}


def test_every_code_has_an_entry():
    classes = families()
    codes = {one.code for one in classes} | tabled()
    codes |= {code for _, code in spelled_out({one.__name__ for one in classes})}

    assert sorted(codes - entries().keys()) == []


def test_every_entry_names_the_status_that_its_code_is_answered_with():
    wrong = {
        one.code: str(status)
        for one in families()
        if (status := problem_of(made(one)).status)
        and one.code in entries()
        and not entries()[one.code].startswith(str(int(status)))
    }

    assert wrong == {}


def made(kind: type[NotifyError]) -> NotifyError:
    """An instance without its own constructor, whose arguments differ."""
    error = kind.__new__(kind)
    NotifyError.__init__(error, "x")
    return error
