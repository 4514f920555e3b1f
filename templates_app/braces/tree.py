"""What a template is made of, once read; `at` is the place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

BlockKind: TypeAlias = OneOf["if", "unless", "each", "with", "section"]


@dataclass(frozen=True, slots=True)
class Path:
    """`../a.b` climbs 1 and has the parts a and b; `@index` is data.

    `here` marks a path that names its scope (`this.a`, `./a`, `../a`): block
    parameters and climbing are not asked.
    """

    parts: tuple[str, ...]
    text: str
    climbs: int = 0
    here: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the tag itself."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """`lookup source key`: the one helper that gives a value."""

    source: Expression
    key: Expression
    text: str


Expression: TypeAlias = Path | Literal | Lookup


@dataclass(frozen=True, slots=True)
class Text:
    """Copied to the output as it stands."""

    value: str


@dataclass(frozen=True, slots=True)
class Print:
    """One value; `raw` is never escaped."""

    value: Expression
    raw: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What opens a block or one arm of it: `#each rows as |row index|`."""

    kind: BlockKind
    subject: Expression
    params: tuple[str, ...] = ()
    include_zero: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """A head and what it guards."""

    head: Head
    body: Body


@dataclass(frozen=True, slots=True)
class Block:
    """The first arm that applies is rendered, else `otherwise`."""

    arms: tuple[Arm, ...]
    otherwise: Body


@dataclass(frozen=True, slots=True)
class Partial:
    """`> name context key=value`; `name` may be computed."""

    name: str | Expression
    context: Expression | None
    values: tuple[tuple[str, Expression], ...]
    indent: str
    at: int


Node: TypeAlias = Text | Print | Block | Partial


@dataclass(frozen=True, slots=True)
class Body:
    """Nodes in order, and the inline partials that hold within them."""

    nodes: tuple[Node, ...] = ()
    inlines: tuple[tuple[str, Body], ...] = ()
