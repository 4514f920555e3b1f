"""From the tree to functions that write: each node is woven once and run often.

On the way every path gets a label, its name as seen from the top (`rows[].price`):
missing params are told by it, and the admin lists what a template needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from django.utils.translation import gettext as _

from templates_app.braces.dialects import Dialect
from templates_app.braces.paths import Getter, Labels, path_getter
from templates_app.braces.running import Loop, Run, Scope, Writer, size
from templates_app.braces.scanning import Source
from templates_app.braces.tree import (
    Arm,
    Block,
    Body,
    Expression,
    Head,
    Literal,
    Lookup,
    Node,
    Partial,
    Path,
    Print,
    Text,
)
from templates_app.braces.values import MISSING, is_empty, is_true, step, text_of

# Renders its body and says so, or leaves it to the next arm.
ArmWriter: TypeAlias = Callable[[Scope, Run], bool]


class Weaver:
    """Makes the functions of one template; `labels` then knows what it reads."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect
        self.labels = Labels(dialect)

    def body(self, body: Body) -> Writer:
        """A function that writes all of `body`."""
        inlines = {name: self._apart(inner) for name, inner in body.inlines}
        writers = tuple(self._node(node) for node in body.nodes)
        cost = len(writers) + len(inlines) + 1

        def write(scope: Scope, run: Run) -> None:
            run.spend(cost)
            for writer in writers:
                writer(scope, run)

        def write_with_inlines(scope: Scope, run: Run) -> None:
            partials = {**scope.partials, **inlines}
            run.spend(len(partials))
            write(
                Scope(scope.value, scope.outer, scope.loop, partials, scope.named), run
            )

        return write_with_inlines if inlines else write

    def _apart(self, body: Body) -> Writer:
        """The body of a partial: it sees nothing of where it is written."""
        with self.labels.apart():
            return self.body(body)

    def _node(self, node: Node) -> Writer:
        if isinstance(node, Text):
            return _text(node)
        if isinstance(node, Print):
            return self._print(node)
        if isinstance(node, Block):
            return self._block(node)
        return self._partial(node)

    def _print(self, node: Print) -> Writer:
        get, label, raw = self._getter(node.value), self._label(node.value), node.raw

        def write(scope: Scope, run: Run) -> None:
            run.show(get(scope, run), label, raw=raw)

        return write

    def _label(self, value: Expression) -> str:
        if isinstance(value, Path):
            return self.labels.of(value)
        return value.text if isinstance(value, Lookup) else ""

    def _getter(self, value: Expression) -> Getter:
        if isinstance(value, Literal):
            fixed = value.value
            return lambda _scope, _run: fixed
        if isinstance(value, Lookup):
            return self._lookup(value)
        self.labels.note(value)
        return path_getter(value, self.dialect, self.labels.parameters())

    def _lookup(self, value: Lookup) -> Getter:
        source, key = self._getter(value.source), self._getter(value.key)

        def get(scope: Scope, run: Run) -> object:
            run.spend(1)
            name = key(scope, run)
            if isinstance(name, (list, dict)):
                return MISSING  # no name; to write a large one out would cost seconds
            return step(source(scope, run), text_of(name))

        return get

    def _block(self, node: Block) -> Writer:
        arms = tuple(self._arm(arm) for arm in node.arms)
        otherwise = self.body(node.otherwise)

        def write(scope: Scope, run: Run) -> None:
            for arm in arms:
                run.spend(1)
                if arm(scope, run):
                    return
            otherwise(scope, run)

        return write

    def _arm(self, arm: Arm) -> ArmWriter:
        head = arm.head
        get = self._getter(head.subject)
        if head.kind in ("if", "unless"):
            return _condition(head, get, self.body(arm.body))
        with self.labels.inside(head):
            body = self.body(arm.body)
        if head.kind == "each":
            return _each(get, body, head.params)
        if head.kind == "with":
            return _with(get, body, head.params)
        blank_is_false = not self.dialect.helpers
        return _section(get, body, head.params, blank_is_false=blank_is_false)

    def _partial(self, node: Partial) -> Writer:
        name = node.name if isinstance(node.name, str) else self._getter(node.name)
        context = None if node.context is None else self._getter(node.context)
        values = tuple((key, self._getter(value)) for key, value in node.values)
        climbs = self.dialect.climbs
        source, at = self.source, node.at

        def write(scope: Scope, run: Run) -> None:
            run.spend(len(values) + 1)
            called = name if isinstance(name, str) else text_of(name(scope, run))
            writer = scope.partials.get(called)
            if writer is None:
                writer = run.load(called, node.indent if climbs else "")
            if writer is None:
                if climbs:
                    return  # Mustache: a partial that is not there is empty
                raise source.error(at, _("There is no partial of this name."))
            value = scope.value if context is None else context(scope, run)
            if values:
                own = {key: get(scope, run) for key, get in values}
                value = {**value, **own} if isinstance(value, dict) else own
            inner = scope if climbs else Scope(value, None, scope.loop, scope.partials)
            _call_partial(writer, inner, run, "" if climbs else node.indent)

        return write


def _call_partial(writer: Writer, scope: Scope, run: Run, indent: str) -> None:
    start = len(run.parts)
    run.enter_partial()
    writer(scope, run)
    run.partial_depth -= 1
    if indent:
        run.indented(indent, start)


def _text(node: Text) -> Writer:
    text, count = node.value, size(node.value)

    def write(_scope: Scope, run: Run) -> None:
        run.reserve(count)
        run.parts.append(text)

    return write


def _condition(head: Head, get: Getter, body: Writer) -> ArmWriter:
    wanted, zero = head.kind == "if", head.include_zero

    def write(scope: Scope, run: Run) -> bool:
        if is_true(get(scope, run), include_zero=zero) is not wanted:
            return False
        body(scope, run)
        return True

    return write


def _each(get: Getter, body: Writer, params: Sequence[str]) -> ArmWriter:
    def write(scope: Scope, run: Run) -> bool:
        return _iterate(get(scope, run), body, params, scope, run)

    return write


def _iterate(
    value: object, body: Writer, params: Sequence[str], scope: Scope, run: Run
) -> bool:
    pairs: list[tuple[object, object]]
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    else:
        return False
    last, outer = len(pairs) - 1, scope.loop
    for index, (key, item) in enumerate(pairs):
        inner = scope.inner(item, _names(params, item, key))
        inner.loop = Loop(index, key, index == 0, index == last, outer)
        body(inner, run)
    return bool(pairs)


def _names(
    params: Sequence[str], item: object, key: object = MISSING
) -> dict[str, object] | None:
    return dict(zip(params, (item, key), strict=False)) if params else None


def _with(get: Getter, body: Writer, params: Sequence[str]) -> ArmWriter:
    def write(scope: Scope, run: Run) -> bool:
        value = get(scope, run)
        if is_empty(value):
            return False
        body(scope.inner(value, _names(params, value)), run)
        return True

    return write


def _section(
    get: Getter, body: Writer, params: Sequence[str], *, blank_is_false: bool
) -> ArmWriter:
    """`{{#name}}`: a list repeats, true stays where it is, the rest is stepped into."""

    def write(scope: Scope, run: Run) -> bool:
        value = get(scope, run)
        if isinstance(value, list):
            return _iterate(value, body, params, scope, run)
        if value is None or value is False or value is MISSING:
            return False
        if blank_is_false and not is_true(value, include_zero=False):
            return False
        body(scope if value is True else scope.inner(value), run)
        return True

    return write
