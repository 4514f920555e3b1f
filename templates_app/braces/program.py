"""A template ready to run, kept on a bounded shelf by its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from templates_app.braces import objects
from templates_app.braces.dialects import Dialect
from templates_app.braces.expressions import too_deep
from templates_app.braces.parsing import parse
from templates_app.braces.running import Loader, Run, Scope, Writer
from templates_app.braces.scanning import Source
from templates_app.braces.tree import Block, Body, Node, Partial
from templates_app.braces.weaving import Weaver
from templates_app.errors import MissingParams, RenderLimit
from templates_app.shelf import Shelf

# Costs of a kept node and of a template, with its functions; measured, rounded up.
_NODE_BYTES = 1_200
_TEMPLATE_BYTES = 4_000
_SHELF_BYTES = 24_000_000
_MAX_INDENT = 200


@dataclass(frozen=True, slots=True)
class Program:
    """One compiled template: its tree, the function, and the names that it reads.

    `calls` are the partials that it does not define itself, each with its place.
    """

    tree: Body
    write: Writer
    variables: frozenset[str]
    calls: tuple[tuple[str, int], ...]
    weight: int


_SHELF: Shelf[tuple[str, str], Program] = Shelf(_SHELF_BYTES)


def compiled(text: str, dialect: Dialect) -> Program:
    """The program of `text`, from the shelf where it has been read before.

    Raises TemplateSyntax and RenderLimit, as parse does.
    """
    key = (dialect.name, text)
    program = _SHELF.get(key)
    if program is None:
        program = _compile(text, dialect)
        _SHELF.put(key, program, weight=program.weight)
    return program


def _compile(text: str, dialect: Dialect) -> Program:
    source = Source(text)
    try:
        tree = parse(source, dialect)
        weaver = Weaver(source, dialect)
        write = weaver.body(tree)
    except RecursionError:
        raise too_deep() from None
    weight = _TEMPLATE_BYTES + 4 * len(text) + _NODE_BYTES * count_nodes(tree)
    return Program(tree, write, frozenset(weaver.labels.seen), _calls(tree), weight)


def count_nodes(body: Body) -> int:
    """How many nodes there are, at all depths."""
    inner = sum(count_nodes(child) for node in body.nodes for child in bodies(node))
    inlines = sum(count_nodes(inline) + 1 for _label, inline in body.inlines)
    return len(body.nodes) + inner + inlines


def bodies(node: Node) -> tuple[Body, ...]:
    """The bodies within one node."""
    if not isinstance(node, Block):
        return ()
    return (*(arm.body for arm in node.arms), node.otherwise)


@dataclass(frozen=True, slots=True)
class Frame:
    """What one rendering is given, beside the template."""

    params: object
    escape: Callable[[str], str] | None
    limit_bytes: int
    allow_missing: bool
    partials: Mapping[str, str]
    slots: Mapping[str, str]


def run(text: str, dialect: Dialect, frame: Frame) -> str:
    """The rendered text. Raises what is told in templates_app/errors.py, only."""
    program = compiled(text, dialect)
    state = Run(
        frame.params,
        escape=frame.escape,
        limit_bytes=frame.limit_bytes,
        load=_loader(frame, dialect),
    )
    try:
        program.write(Scope(frame.params, None, None, {}), state)
    except RecursionError:
        raise too_deep() from None
    if state.missing and not frame.allow_missing:
        raise MissingParams(tuple(state.missing))
    if state.unprintable:
        raise objects.refusal(state.unprintable)
    return "".join(state.parts)


def _loader(frame: Frame, dialect: Dialect) -> Loader:
    def load(name: str, indent: str) -> Writer | None:
        if name in frame.slots:
            return _as_it_is(frame.slots[name])
        text = frame.partials.get(name)
        if text is None:
            return None
        if len(indent) > _MAX_INDENT:
            message = _("A partial is indented by more than %(limit)d blanks.")
            raise RenderLimit(message % {"limit": _MAX_INDENT})
        return compiled(_indented(text, indent), dialect).write

    return load


def _as_it_is(text: str) -> Writer:
    return lambda _scope, run: run.write(text)


def _indented(text: str, indent: str) -> str:
    """Mustache indents the partial's source, so that values keep their own lines."""
    if not indent:
        return text
    return "".join(indent + line for line in text.splitlines(keepends=True))


def _calls(tree: Body) -> tuple[tuple[str, int], ...]:
    own = inline_names(tree)
    return tuple(
        (one.name, one.at)
        for one in partial_calls(tree)
        if isinstance(one.name, str) and one.name not in own
    )


def partial_calls(body: Body) -> list[Partial]:
    """Every call of a partial, at all depths."""
    found = [node for node in body.nodes if isinstance(node, Partial)]
    for node in body.nodes:
        for child in bodies(node):
            found += partial_calls(child)
    for _label, inline in body.inlines:
        found += partial_calls(inline)
    return found


def inline_names(body: Body) -> set[str]:
    """The names of the partials that a template defines itself."""
    names = {name for name, _inner in body.inlines}
    for inner in [child for node in body.nodes for child in bodies(node)]:
        names |= inline_names(inner)
    for _label, inline in body.inlines:
        names |= inline_names(inline)
    return names
