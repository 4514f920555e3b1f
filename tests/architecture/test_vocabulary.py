"""Names that may not be: drawers for anything, and providers outside providers/."""

from __future__ import annotations

import re

from tests.architecture import source

DRAWERS = {
    *("utils", "util", "helpers", "helper", "common", "core", "misc"),
    *("mixins", "constants", "shared", "base_utils", "manager", "managers"),
}
# Files of providers/ that are named for a protocol or an idea, not for a vendor.
GENERIC = {"smtp", "sandbox", "webhook", "anymail", "base", "http"}
LANES = ("email", "sms", "msgapp", "documents")
MAY_NAME_PROVIDERS = {
    "notify_project/provider_settings.py": "names variables of the environment",
    "notify_project/settings.py": "names libraries that Django has to load",
    "notify_project/observability/logs.py": "quiets libraries that log addresses",
}


def test_no_module_is_a_drawer_for_anything():
    found = [
        str(module)
        for module in source.modules()
        if DRAWERS & {module.stem, *module.parent.parts}
    ]

    assert found == [], "name the module for what it holds, and put it with its owner"


def test_no_test_module_is_a_drawer_for_anything():
    tests = (source.ROOT / "tests").rglob("*.py")

    assert [str(test) for test in tests if test.stem in DRAWERS] == []


def test_providers_are_named_inside_providers_alone():
    vendors = _vendors()
    word = re.compile(rf"(?<![a-z])({'|'.join(sorted(vendors))})(?![a-z])", re.I)

    found = [
        f"{module}:{number}: {line.strip()}"
        for module in source.modules(migrations=True)
        if module.parts[0] != "providers" and str(module) not in MAY_NAME_PROVIDERS
        for number, line in enumerate(source.text(module).splitlines(), 1)
        if word.search(line)
    ]

    assert vendors, "no provider was found: does this test still look into the lanes?"
    assert found == [], "ask the registry, or say it without the vendor's name"


def _vendors() -> set[str]:
    """The names of all adapters, by their files and packages."""
    return {
        entry.stem
        for lane in LANES
        for entry in (source.ROOT / "providers" / lane).iterdir()
        if not entry.name.startswith("_") and entry.stem not in GENERIC
    }
