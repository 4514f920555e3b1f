"""Small files and small functions; the exceptions are listed, and may only shrink."""

from __future__ import annotations

import ast

from tests.architecture import source

FILE_LINES = 300
FUNCTION_LINES = 40

LONG_FILES: dict[str, str] = {
    # "path": why it is better whole.
}
LONG_FUNCTIONS: dict[str, str] = {
    # "path:function": why it is better whole.
}


def test_files_are_short():
    long = {
        str(module)
        for module in source.modules()
        if len(source.text(module).splitlines()) >= FILE_LINES
    }

    assert long - LONG_FILES.keys() == set(), "split the file by idea"


def test_functions_are_short():
    assert _long_functions() - LONG_FUNCTIONS.keys() == set(), "extract a step"


def test_no_exception_is_kept_that_nothing_needs():
    gone = {name for name in LONG_FILES if not (source.ROOT / name).is_file()}

    assert gone == set()
    assert LONG_FUNCTIONS.keys() - _long_functions() == set()


def _long_functions() -> set[str]:
    return {
        f"{module}:{node.name}"
        for module in source.modules()
        for node in ast.walk(source.tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 >= FUNCTION_LINES
    }
