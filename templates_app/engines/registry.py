"""Finds the engines: every module of this package brings its own, and so does every
service that fills in texts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules
from types import ModuleType

from django.utils.translation import gettext as _

from templates_app import engines
from templates_app.engines.base import Engine
from templates_app.engines.outside import OutsideEngine, outside_engines
from templates_app.errors import EngineNotAllowed, UnknownEngine, shown

DEFAULT = "handlebars"


def engine(name: str) -> Engine:
    """The engine that goes by `name`, in any case; raises UnknownEngine."""
    found = _by_name().get(name.strip().lower())
    if found is None:
        names = ", ".join(known.name for known in all_engines())
        message = _("There is no renderer %(name)s. Choose one of %(names)s.")
        raise UnknownEngine(message % {"name": shown(name), "names": names})
    return found


def outside(name: str) -> OutsideEngine | None:
    """The engine of this name, if a service fills its texts in; else None."""
    found = _by_name().get(name.strip().lower())
    return found if isinstance(found, OutsideEngine) else None


def ensure_here(name: str) -> None:
    """Raise FilledElsewhere where a service fills in what is written in it."""
    if found := outside(name):
        raise found.elsewhere()


def is_known(name: str) -> bool:
    """True where `name` is an engine's name or a synonym."""
    return name.strip().lower() in _by_name()


def all_engines() -> tuple[Engine, ...]:
    """Every engine once, by its first name; whether it is allowed is not asked."""
    return tuple(sorted(set(_by_name().values()), key=lambda each: each.name))


def allowed_engines() -> tuple[Engine, ...]:
    """Those of them that the operator has switched on: what forms offer."""
    return tuple(one for one in all_engines() if _is_allowed(one))


def _is_allowed(engine: Engine) -> bool:
    try:
        engine.ensure_allowed()
    except EngineNotAllowed:
        return False
    return True


@cache
def _by_name() -> dict[str, Engine]:
    found: dict[str, Engine] = {}
    for each in (*_scan(), *outside_engines()):
        for name in each.names:
            if name in found:
                raise RuntimeError(f"Two engines are called {name}.")
            found[name] = each
    return found


def _scan() -> Iterator[Engine]:
    for info in iter_modules(engines.__path__, engines.__name__ + "."):
        yield from _defined_in(import_module(info.name))


def _defined_in(module: ModuleType) -> Iterator[Engine]:
    for item in vars(module).values():
        if not isinstance(item, type) or item.__module__ != module.__name__:
            continue
        named = hasattr(item, "names")  # what engines share has none
        if issubclass(item, Engine) and not isabstract(item) and named:
            yield item()
