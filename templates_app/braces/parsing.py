"""From pieces to the tree: blocks opened and closed, each by its own name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from templates_app.braces.dialects import Dialect
from templates_app.braces.expressions import (
    MAX_DEPTH,
    Call,
    make_lookup,
    read_call,
    too_deep,
    unknown_helper,
)
from templates_app.braces.scanning import Kind, Piece, Source, scan
from templates_app.braces.tree import (
    Arm,
    Block,
    BlockKind,
    Body,
    Expression,
    Head,
    Literal,
    Node,
    Partial,
    Path,
    Print,
    Text,
)
from templates_app.errors import TemplateSyntax, shown

_HELPERS: dict[str, BlockKind] = {
    "if": "if",
    "unless": "unless",
    "each": "each",
    "with": "with",
}
_CONDITIONS = frozenset({"if", "unless"})


def parse(source: Source, dialect: Dialect) -> Body:
    """The tree of one template.

    Raises TemplateSyntax with line and column, and RenderLimit for blocks nested
    deeper than 20 or more than 5,000 tags. Time is linear in the source.
    """
    parser = _Parser(source, dialect)
    for piece in scan(source, dialect):
        parser.take(piece)
    return parser.finish()


@dataclass(slots=True)
class _Level:
    """An open block; `head` is the arm being read, None within the last else."""

    name: str
    at: int
    head: Head | None = None
    inverted: bool = False
    inline: str = ""
    arms: list[Arm] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    inlines: dict[str, Body] = field(default_factory=dict)

    def cut(self) -> Body:
        """What was read since the arm began; the next arm begins empty."""
        body = Body(tuple(self.nodes), tuple(self.inlines.items()))
        self.nodes, self.inlines = [], {}
        return body


class _Parser:
    def __init__(self, source: Source, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect
        self.levels = [_Level("", 0)]
        self.steps: dict[Kind, Callable[[Piece], None]] = {
            "text": self._text,
            "print": self._print,
            "raw": self._print,
            "open": self._open,
            "invert": self._open,
            "else": self._else,
            "close": self._close,
            "partial": self._partial,
            "inline": self._inline,
        }

    @property
    def level(self) -> _Level:
        return self.levels[-1]

    def take(self, piece: Piece) -> None:
        self.steps[piece.kind](piece)

    def finish(self) -> Body:
        if len(self.levels) > 1:
            message = _("The block %(name)s is not closed. Add {{/%(name)s}}.")
            raise self._error(self.level.at, message, self.level.name)
        return self.level.cut()

    def _error(self, at: int, message: str, name: str = "") -> TemplateSyntax:
        return self.source.error(at, message % {"name": shown(name)})

    def _call(self, piece: Piece, text: str | None = None) -> Call:
        words = piece.text if text is None else text
        return read_call(self.source, piece.at, words, self.dialect)

    def _push(self, level: _Level) -> None:
        if len(self.levels) > MAX_DEPTH:
            raise too_deep()
        self.levels.append(level)

    def _text(self, piece: Piece) -> None:
        if piece.text:
            self.level.nodes.append(Text(piece.text))

    def _print(self, piece: Piece) -> None:
        call = self._call(piece)
        value = call.name if call.is_bare() else self._helper(piece, call)
        if isinstance(value, Literal):
            message = _("This tag prints a fixed value. Write it without braces.")
            raise self._error(piece.at, message)
        self.level.nodes.append(Print(value, raw=piece.kind == "raw"))

    def _helper(self, piece: Piece, call: Call) -> Expression:
        if call.word() != "lookup" or call.values or call.params:
            name = call.word()
            hint = _("Write {{#%(name)s ...}} to open the block.")
            message = hint if name in _HELPERS else unknown_helper(name)
            raise self._error(piece.at, message, name)
        return make_lookup(self.source, piece.at, call.args)

    def _open(self, piece: Piece) -> None:
        if piece.text.startswith(">"):
            message = _("Partial blocks are not supported. Write {{> name}}.")
            raise self._error(piece.at, message)
        call = self._call(piece)
        head = self._head(piece, call)
        inverted = piece.kind == "invert"
        self._push(_Level(call.word(), piece.at, head, inverted))

    def _head(self, piece: Piece, call: Call) -> Head:
        name = call.word()
        if self.dialect.helpers and name in _HELPERS:
            return self._helper_head(piece, call, _HELPERS[name])
        if call.args or call.values:
            raise self._error(piece.at, unknown_helper(name))
        if not isinstance(call.name, Path):
            raise self._error(piece.at, _("A block begins with a name."))
        return Head("section", call.name, call.params)

    def _helper_head(self, piece: Piece, call: Call, kind: BlockKind) -> Head:
        conditional = kind in _CONDITIONS
        if len(call.args) != 1:
            raise self._error(piece.at, _("#%(name)s needs exactly one value."), kind)
        if not conditional and call.values:
            raise self._error(piece.at, _("#%(name)s takes no key=value."), kind)
        if set(call.values) - {"includeZero"} or (conditional and call.params):
            message = _("#%(name)s takes one value and includeZero=true, no more.")
            raise self._error(piece.at, message, kind)
        zero = call.values.get("includeZero") == Literal(value=True)
        return Head(kind, call.args[0], call.params, zero)

    def _else(self, piece: Piece) -> None:
        level = self.level
        if level.head is None:
            raise self._error(piece.at, _("This else belongs to no open block."))
        if piece.text and level.inverted:
            message = _("No condition may follow else within {{^%(name)s}}.")
            raise self._error(piece.at, message, level.name)
        level.arms.append(Arm(level.head, level.cut()))
        level.head = self._head(piece, self._call(piece)) if piece.text else None

    def _close(self, piece: Piece) -> None:
        level = self.level
        name = piece.text
        if len(self.levels) == 1:
            message = _("{{/%(name)s}} closes a block that was never opened.")
            raise self._error(piece.at, message, name)
        if name != level.name:
            message = _("%(name)s is closed here, but another block is open.")
            raise self._error(piece.at, message, name)
        self.levels.pop()
        if level.inline:
            self.level.inlines[level.inline] = level.cut()
            return
        self.level.nodes.append(_block(level))

    def _inline(self, piece: Piece) -> None:
        word, _space, rest = piece.text.partition(" ")
        if word != "inline" or not self.dialect.helpers:
            raise self._error(piece.at, _("Only {{#*inline name}} is supported."))
        call = self._call(piece, rest.strip())
        name = _static_name(call.name)
        if not name or not call.is_bare():
            raise self._error(piece.at, _("Name the partial: {{#*inline name}}."))
        self._push(_Level("inline", piece.at, inline=name))

    def _partial(self, piece: Piece) -> None:
        call = self._call(piece)
        if len(call.args) > 1 or call.params:
            message = _("A partial takes one value and key=value, no more.")
            raise self._error(piece.at, message)
        if isinstance(call.name, Path) and call.name.data:
            message = _("Partial blocks are not supported. Write {{> name}}.")
            raise self._error(piece.at, message)
        context = call.args[0] if call.args else None
        values = tuple(call.values.items())
        name = _static_name(call.name) or call.name
        self.level.nodes.append(Partial(name, context, values, piece.indent, piece.at))


def _static_name(name: Expression) -> str:
    if isinstance(name, Path):
        return name.text
    return str(name.value) if isinstance(name, Literal) else ""


def _block(level: _Level) -> Block:
    """The block that ends; `{{^x}}` is `{{#x}}` with its two sides exchanged."""
    arms, last = list(level.arms), level.cut()
    otherwise = Body()
    if level.head is None:
        otherwise = last
    else:
        arms.append(Arm(level.head, last))
    if level.inverted:
        return Block((Arm(arms[0].head, otherwise),), arms[0].body)
    return Block(tuple(arms), otherwise)
