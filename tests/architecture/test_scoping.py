"""A tenant's rows are reached by for_tenant; nobody walks around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.apps import apps

from tenants.scoping import Scoped
from tests.architecture import source

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Where rows of all tenants are one list: the scoping itself, and the queue.
FREE = ("tenants/scoping.py", "notify_project/queue/")


def test_no_code_takes_a_tenants_rows_by_their_manager():
    found = [
        f"{module}:{node.lineno}: {ast.unparse(node)}"
        for module in source.modules()
        if not str(module).startswith(FREE)
        for node in _managers(source.tree(module))
        if not (isinstance(node.value, ast.Name) and node.value.id in _unscoped())
    ]

    assert found == [], "reach rows by Model.for_tenant(tenant)"


def test_the_check_sees_what_it_should():
    seen = {
        ast.unparse(node)
        for node in _managers(
            ast.parse(
                "ApiKey.objects.get()\n"
                "self.model._default_manager.all()\n"
                "key._meta.model._base_manager\n"
                "Tenant.objects.all()\n"
            )
        )
        if not (isinstance(node.value, ast.Name) and node.value.id in _unscoped())
    }

    assert seen == {
        "ApiKey.objects",
        "self.model._default_manager",
        "key._meta.model._base_manager",
    }


def test_every_model_says_whose_its_rows_are():
    """A model with a tenant column that is not scoped would escape both checks."""
    ours = [
        model
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in source.APPS
    ]

    assert [
        model
        for model in ours
        if not issubclass(model, Scoped)
        and any(field.name == "tenant" for field in model._meta.concrete_fields)
    ] == []


def _managers(tree: ast.Module) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield node


def _unscoped() -> set[str]:
    return {
        model.__name__ for model in apps.get_models() if not issubclass(model, Scoped)
    }
