"""Who may know whom: the import contracts, and the two holes that imports leave."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture import source

# Names as text are imports that import-linter cannot see.
BY_NAME = {"include", "import_string", "import_module", "get_model"}
MAY_IMPORT_BY_NAME = re.compile(r"(urls|registry)\.py$")
EXCEPTIONS = {
    "providers/channels/base.py": "it is the registry of the channels",
    "notify_project/admin_site.py": "autocomplete is told of a model by name only",
    "notify_project/admin_menu.py": "the menu of all apps, wired like the addresses",
    "tenants/admin/told.py": "the audit keeps the names of models",
}


def test_the_import_contracts_are_kept():
    program = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [program], cwd=source.ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


def test_each_optional_layer_of_the_contract_exists_in_some_app():
    contract = configparser.ConfigParser()
    contract.read(source.ROOT / ".importlinter")
    layers = contract["importlinter:contract:inside-an-app"]["layers"]

    missing = [
        name
        for name in re.findall(r"\((\w+)\)", layers)
        if not any(
            (source.ROOT / app / name).is_dir()
            or (source.ROOT / app / f"{name}.py").is_file()
            for app in source.APPS
        )
    ]

    assert missing == [], "a misspelt layer is never checked"


def test_foreign_keys_lead_to_the_same_or_a_lower_app():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in source.APPS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and _height(field.related_model) > _height(model)
    ]

    assert upward == []


def _height(model: type[models.Model]) -> int:
    """Django's own models and those of libraries are the ground."""
    label = model._meta.app_label
    return source.APPS.index(label) if label in source.APPS else -1


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_only_urls_and_registries_import_by_name(name):
    found = [
        f"{module}:{call.lineno}"
        for module in source.modules()
        if not MAY_IMPORT_BY_NAME.search(module.name) and str(module) not in EXCEPTIONS
        for called, call in source.calls(module)
        if called == name
    ]

    assert found == [], f"{name}() hides an import; move it to urls.py or a registry"
