"""The product's source files, as the architecture tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# From the bottom to the top, as in .importlinter; the kit is below all apps.
APPS = (
    "notify_project",
    "tenants",
    "providers",
    "recipients",
    "templates_app",
    "callbacks",
    "delivery",
    "events",
)


def modules(*, migrations: bool = False) -> list[Path]:
    """Every Python file of the apps, relative to the root, sorted."""
    return [
        path.relative_to(ROOT)
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if migrations or "migrations" not in path.parts
    ]


def text(module: Path) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


def tree(module: Path) -> ast.Module:
    return ast.parse(text(module), str(module))


def calls(module: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the last part of the called name: `include` of `urls.include`."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node
