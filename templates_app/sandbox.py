"""Jinja as it runs in the child process: sandboxed, with little in reach.

The parent is engines/jinja.py. This module imports neither Django nor our settings, and
speaks JSON: {"do": "render" | "check", "source", "html", "params", "limit_bytes",
"partials", "slots"} is answered with {"text", "missing"}, {"variables", "calls"} or
{"error", "message", "line"}.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import (
    ChainableUndefined,
    FunctionLoader,
    TemplateSyntaxError,
    Undefined,
    nodes,
)
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates_app.braces.values import object_in, text_of

_KEPT_TEMPLATES = 64
_RANGE = 1_000
_EXPONENT = 64
_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "e", "escape", "first", "float",
    "forceescape", "int", "items", "join", "last", "length", "list", "lower", "max",
    "min", "reverse", "round", "sort", "string", "striptags", "sum", "title", "trim",
    "truncate", "unique", "upper", "urlencode", "wordcount",
)  # fmt: skip
_OPERATORS = frozenset({"*", "**", "%", "+", "-", "/", "//"})
# Each makes one huge string in a single call.
_GROWING = frozenset(
    {
        "center", "encode", "expandtabs", "format", "format_map", "join", "ljust",
        "replace", "rjust", "translate", "zfill",
    }
)  # fmt: skip
_LOADING = (nodes.Import, nodes.FromImport, nodes.Extends)
_SLOT = "{%% autoescape false %%}{{ notify_slot_%s }}{%% endautoescape %%}"
_UNDEFINED_NAME = re.compile(r"'([^']{1,200})'")


class Refused(Exception):
    """The answer is an error of this `kind`: "limit", "syntax", "object"."""

    def __init__(self, kind: str, message: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


_missing: OrderedDict[str, None] = OrderedDict()
"""Names printed by the present job; the child runs one job at a time."""


_partials: dict[str, str] = {}
"""What the present job may include, by name."""


class Noted(ChainableUndefined):
    """Notes its name when something is made of it, and goes on as nothing.

    Going on is what makes it possible to name all that is missing in one answer.
    """

    def note(self, *_operands: object, **_named: object) -> Noted:
        _missing[str(self._undefined_name)[:200]] = None
        return self

    def __str__(self) -> str:
        self.note()
        return ""

    def _as_zero(self) -> int:
        self.note()
        return 0

    def _as_real_zero(self) -> float:
        return float(self._as_zero())

    def _as_no(self, _other: object) -> bool:
        self.note()
        return False

    # Jinja types all of these as "raises", which is what is changed here.
    __int__ = _as_zero  # type: ignore[assignment]
    __float__ = _as_real_zero  # type: ignore[assignment]
    __lt__ = __le__ = __gt__ = __ge__ = _as_no  # type: ignore[assignment]
    __call__ = __neg__ = __pos__ = note  # type: ignore[assignment]
    __round__ = __abs__ = note

    def __iter__(self) -> Iterator[Any]:
        # `for` over what is missing is a guard, as {{#each}} is.
        return iter(())

    def __getattr__(self, name: str) -> Noted:
        if name[:2] == name[-2:] == "__":
            raise AttributeError(name)
        return Noted(name=f"{self._undefined_name}.{name}")

    def __getitem__(self, name: object) -> Noted:  # type: ignore[override]  # chains
        return Noted(name=f"{self._undefined_name}.{name}")


class Sandbox(ImmutableSandboxedEnvironment):
    """Immutable, without calls that grow one huge string; loads the job's partials."""

    intercepted_binops = _OPERATORS

    def __init__(self, *, html: bool) -> None:
        super().__init__(
            autoescape=html,
            undefined=Noted,
            finalize=_as_json,
            cache_size=_KEPT_TEMPLATES,
            loader=FunctionLoader(_load),
            keep_trailing_newline=True,
        )
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.globals = {"range": _short_range, "dict": dict}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str | bytes) and attr in _GROWING:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        # Jinja's own answer is a value that fails later, or never.
        raise SecurityError(f"{attribute[:40]} is not in reach of a template")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        for operand in (left, right):
            if isinstance(operand, Noted):
                return operand.note()
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers and operator != "+":
            raise SecurityError(f"{operator} is for numbers only")
        if operator == "**" and abs(right) > _EXPONENT:
            raise Refused("limit")
        return super().call_binop(context, operator, left, right)


def _load(name: str) -> tuple[str, None, Callable[[], bool]]:
    """A partial of the present job; kept compiled while it is the same text."""
    source = _partials.get(name)
    if source is None:
        raise Refused("syntax", f"There is no partial {name[:40]}.")
    _parsed(source)
    return source, None, lambda: _partials.get(name) == source


def _as_json(value: object) -> object:
    """Null prints as nothing, and true as true: as in the other engines. An object has
    no text."""
    if (found := object_in(value)) is not None:
        raise Refused("object", ", ".join(str(name)[:40] for name in list(found)[:6]))
    if value is None or isinstance(value, bool | float):
        return text_of(value)
    return value


def _short_range(*bounds: int) -> range:
    made = range(*bounds)
    if len(made) > _RANGE:
        raise Refused("limit")
    return made


_ENVIRONMENTS = {html: Sandbox(html=html) for html in (False, True)}
_templates: OrderedDict[tuple[str, bool], Any] = OrderedDict()


def run(payload: bytes) -> bytes:
    """One job in JSON, its answer in JSON. MemoryError is left to the caller."""
    job: dict[str, Any] = json.loads(payload)
    _missing.clear()
    _partials.clear()
    _partials.update(job.get("partials", {}))
    _partials.update({name: _SLOT % name for name in job.get("slots", {})})
    try:
        answer = _STEPS[job["do"]](job)
    except (Refused, TemplateError, RecursionError, ArithmeticError) as error:
        answer = _told(error)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        # Raised by what the template does to its values: not a defect of ours.
        answer = _told(TemplateError(type(error).__name__))
    if _missing and answer.get("error") == "syntax":
        answer = {"error": "missing", "missing": list(_missing)}
    return json.dumps(answer).encode()


def _render(job: dict[str, Any]) -> dict[str, Any]:
    template = _compiled(job["source"], html=job["html"])
    left, parts = job["limit_bytes"], []
    slots = job.get("slots", {})
    printed = {f"notify_slot_{name}": text for name, text in slots.items()}
    for part in template.generate({**job["params"], **printed}):
        left -= len(part.encode("utf-8", "surrogatepass"))
        if left < 0:
            raise Refused("size")
        parts.append(str(part))
    return {"text": "".join(parts), "missing": list(_missing)}


def _check(job: dict[str, Any]) -> dict[str, Any]:
    tree = _parsed(job["source"])
    _compiled(job["source"], html=False)
    return {
        "variables": sorted(find_undeclared_variables(tree) - {"range", "dict"}),
        "calls": [[each.template.value, each.lineno] for each in _includes(tree)],
    }


def _includes(tree: nodes.Template) -> Iterator[Any]:
    """Each names what it includes: what is computed could be anything."""
    for each in tree.find_all(nodes.Include):
        name = each.template
        if not (isinstance(name, nodes.Const) and isinstance(name.value, str)):
            raise Refused("syntax", "Include by a fixed name.", each.lineno)
        yield each


_STEPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "render": _render,
    "check": _check,
}


def _parsed(source: str) -> nodes.Template:
    tree = _ENVIRONMENTS[False].parse(source)
    for node in tree.find_all(_LOADING):
        raise Refused("syntax", "Other templates cannot be loaded.", node.lineno)
    list(_includes(tree))
    return tree


def _compiled(source: str, *, html: bool) -> Any:
    key = source, html
    if key in _templates:
        _templates.move_to_end(key)
        return _templates[key]
    _parsed(source)
    template = _ENVIRONMENTS[html].from_string(source)
    _templates[key] = template
    if len(_templates) > _KEPT_TEMPLATES:
        _templates.popitem(last=False)
    return template


def _told(error: Exception) -> dict[str, Any]:
    """An error as plain words; Jinja's own text may quote the template: cut short."""
    if isinstance(error, Refused):
        return {"error": error.kind, "message": str(error)[:200], "line": error.line}
    if isinstance(error, RecursionError | OverflowError):
        return {"error": "limit", "message": "", "line": 0}
    if isinstance(error, UndefinedError):
        found = _UNDEFINED_NAME.search(str(error))
        _missing.setdefault(found.group(1) if found else "?", None)
        return {"error": "missing", "missing": list(_missing)}
    line = error.lineno if isinstance(error, TemplateSyntaxError) else 0
    return {"error": "syntax", "message": str(error)[:120], "line": line or 0}
