"""Tests lie where one guesses: tests/a/test_b.py tests a/b.py."""

from __future__ import annotations

from pathlib import Path

from tests.architecture import source

# Files of these names say what there is and decide nothing.
DECLARATIONS = {
    "__init__.py",
    "apps.py",
    "errors.py",
    "urls.py",
    "wsgi.py",
    "asgi.py",
    "models.py",
    "files.py",
    "shapes.py",
    "answers.py",
}
EXCEPTIONS = {
    "delivery/meanings.py": "tests/delivery/test_states.py",
    "notify_project/lanes.py": "tests/architecture/test_settings.py",
    "notify_project/settings.py": "tests/architecture/test_settings.py",
    "notify_project/provider_settings.py": "tests/architecture/test_settings.py",
    "notify_project/signin_settings.py": "tests/architecture/test_settings.py",
    "notify_project/models.py": "imports the queue's models for Django",
    "notify_project/api/docs.py": "tests/notify_project/api/test_schema.py",
    "notify_project/api/foreign_errors.py": "tests/notify_project/api/test_problems.py",
    "notify_project/api/json_paths.py": "tests/notify_project/api/test_strict_json.py",
    "notify_project/api/views.py": "tests/notify_project/api/test_parsers.py",
    "notify_project/egress/sockets.py": "test_sockets_tls.py and _deadlines",
    "notify_project/observability/redaction.py": "observability/test_logs.py",
}
# Tests that follow a story, or look at all modules at once.
ACROSS = {
    *("architecture", "bench", "browser", "chaos", "faults", "journeys", "proof"),
    "walks",
}
ALL_PROVIDERS = Path("tests/providers/test_contract.py")


def test_each_module_has_its_test():
    missing = [
        f"{module}: {_candidates(module)[0]}"
        for module in source.modules()
        if not _declares(module)
        and str(module) not in EXCEPTIONS
        and not any((source.ROOT / test).is_file() for test in _candidates(module))
    ]

    assert missing == []


def test_each_test_has_its_module():
    tests = source.ROOT / "tests"
    known = {test for module in source.modules() for test in _candidates(module)}
    lost = [
        str(test.relative_to(source.ROOT))
        for test in sorted(tests.rglob("test_*.py"))
        if test.relative_to(tests).parts[0] not in ACROSS
        and not _tests_one_of(known | {ALL_PROVIDERS}, test.relative_to(source.ROOT))
    ]

    assert lost == [], "name the test after the module that it tests"


def test_no_exception_is_kept_for_a_module_that_is_gone():
    assert [name for name in EXCEPTIONS if not (source.ROOT / name).is_file()] == []


def _declares(module: Path) -> bool:
    return module.name in DECLARATIONS or "models" in module.parts


def _tests_one_of(known: set[Path], test: Path) -> bool:
    """test_client.py, or test_client_size.py for one side of a large subject."""
    words = test.stem.split("_")
    names = {"_".join(words[:count]) for count in range(2, len(words) + 1)}
    return any(test.with_name(f"{name}.py") in known for name in names)


def _candidates(module: Path) -> list[Path]:
    """Its own test; or that of its package, where the package is one idea.

    providers/email/smtp/pool.py: tests/providers/email/smtp/test_pool.py, or
    tests/providers/email/test_smtp.py. A whole app is never one idea.
    """
    own = [Path("tests", *module.parent.parts, f"test_{module.stem}.py")]
    packages = [package for package in module.parents if len(package.parts) > 1]
    return own + [
        Path("tests", *package.parent.parts, f"test_{package.name}.py")
        for package in packages
    ]
