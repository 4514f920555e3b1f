"""What stands within a tag: names, paths, literals, lookups, arguments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from templates_app.braces.dialects import Dialect
from templates_app.braces.scanning import Source
from templates_app.braces.tree import Expression, Literal, Lookup, Path
from templates_app.errors import RenderLimit, TemplateSyntax, shown

MAX_DEPTH = 20

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>"(?:[^"\\]|\\"?)*"|'(?:[^'\\]|\\'?)*')
      | (?P<mark>[()|=])
      | (?P<word>(?:\[[^\]]*\]|[^\s()\[\]"'|=])+)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WORDS: dict[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
}
_PART = re.compile(r"\[([^\]]*)\]|([^./\[\]]+)|([./])|(.)", re.DOTALL)
_SCOPE = re.compile(r"\A(?:\.\.|\.|this)[/.]?")
# Handlebars' own list of what no name may hold; blanks are cut off before.
_NOT_IN_NAMES = frozenset("!\"#%&'()*+,;<=>@\\^`{|}~")


@dataclass(slots=True)
class Call:
    """The words of one tag: `name`, positional `args`, `key=value`, `as |params|`."""

    name: Expression
    args: list[Expression] = field(default_factory=list)
    values: dict[str, Expression] = field(default_factory=dict)
    params: tuple[str, ...] = ()

    def word(self) -> str:
        """The first word as written, or '' where it is a literal or a lookup."""
        return self.name.text if isinstance(self.name, Path) else ""

    def is_bare(self) -> bool:
        """True for a single word, with nothing after it."""
        return not (self.args or self.values or self.params)


def read_call(source: Source, at: int, text: str, dialect: Dialect) -> Call:
    """The words of a tag. Raises TemplateSyntax, pointing at the tag."""
    if not text:
        raise source.error(at, _("This tag is empty. Give it a name."))
    if not dialect.helpers:
        return Call(_mustache_name(source, at, text))
    return _Reader(source, at, text).call()


def _mustache_name(source: Source, at: int, text: str) -> Path:
    if text == ".":
        return Path((), text, here=True)
    if text[0] == "=":
        message = _("Mustache's own delimiters are not supported. Write {{ and }}.")
        raise source.error(at, message)
    if len(text.split()) > 1:
        message = _("Mustache has no helpers. Choose handlebars, or write one name.")
        raise source.error(at, message)
    parts = tuple(text.split("."))
    if "" in parts:
        raise source.error(at, _not_a_name(text))
    if len(parts) > MAX_DEPTH:
        raise too_deep()
    return Path(parts, text)


def too_deep() -> RenderLimit:
    """The one answer to nesting of any kind beyond 20."""
    message = _("The template is nested deeper than %(limit)d levels.")
    return RenderLimit(message % {"limit": MAX_DEPTH})


def _not_a_name(text: str) -> str:
    return _("%(name)s is not a valid name.") % {"name": shown(text)}


class _Reader:
    def __init__(self, source: Source, at: int, text: str) -> None:
        self.source = source
        self.at = at
        self.words = self._split(text)
        self.next = 0

    def error(self, message: str) -> TemplateSyntax:
        return self.source.error(self.at, message)

    def call(self) -> Call:
        call = Call(self._expression(0))
        while (word := self._peek()) and word != "as":
            self._argument(call)
        if self._peek() == "as":
            call.params = self._params()
        return call

    def _split(self, text: str) -> list[str]:
        words: list[str] = []
        place = 0
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise self.error(_("A quote or a bracket in this tag is not closed."))
            place = match.end()
            if match.lastgroup != "space":
                words.append(match.group())
        return words

    def _peek(self, ahead: int = 0) -> str:
        place = self.next + ahead
        return self.words[place] if place < len(self.words) else ""

    def _take(self) -> str:
        word = self._peek()
        self.next += 1
        return word

    def _argument(self, call: Call) -> None:
        if self._peek(1) != "=":
            if call.values:
                raise self.error(_("Write key=value after the other arguments."))
            call.args.append(self._expression(0))
            return
        key = self._take()
        if any(mark in key for mark in "()|='\"./[]"):
            raise self.error(_not_a_name(key))
        self._take()
        call.values[key] = self._expression(0)

    def _params(self) -> tuple[str, ...]:
        self._take()
        words = self.words[self.next :]
        names = tuple(words[1:-1])
        if len(words) < 3 or words[0] != "|" or words[-1] != "|" or "|" in names:
            raise self.error(_("Write the names as |name|."))
        for name in names:
            if _NOT_IN_NAMES.intersection(name) or "." in name:
                raise self.error(_not_a_name(name))
        return names

    def _expression(self, depth: int) -> Expression:
        word = self._take()
        if word == "(":
            return self._lookup(depth + 1)
        if not word or word in ")|=":
            raise self.error(_("This tag cannot be read. Look at its arguments."))
        if word[0] in "\"'":
            quote = word[0]
            return Literal(word[1:-1].replace("\\" + quote, quote))
        if word in _WORDS:
            return Literal(_WORDS[word])
        if _NUMBER.fullmatch(word):
            return Literal(float(word) if "." in word else int(word))
        return self._path(word)

    def _lookup(self, depth: int) -> Lookup:
        if depth > MAX_DEPTH:
            raise too_deep()
        name = self._take()
        if name != "lookup":
            raise self.error(unknown_helper(name))
        args: list[Expression] = []
        while self._peek() not in (")", ""):
            args.append(self._expression(depth))
        if self._take() != ")":
            raise self.error(_("A bracket in this tag is not closed."))
        return make_lookup(self.source, self.at, args)

    def _path(self, word: str) -> Path:
        data = word[0] == "@"
        parts, climbs, here = self._parts(word[1:] if data else word)
        if len(parts) + climbs > MAX_DEPTH:
            raise too_deep()
        if data and not parts:
            raise self.error(_not_a_name(word))
        return Path(tuple(parts), word, climbs, here, data)

    def _parts(self, text: str) -> tuple[list[str], int, bool]:
        """Names, how often `..` climbs, and whether the path starts at its scope."""
        climbs, here, rest = 0, False, text
        while rest == ".." or rest.startswith(("../", "./", "this/", "this.")):
            climbs += rest.startswith("..")
            here, rest = True, _SCOPE.sub("", rest, count=1)
            if climbs > MAX_DEPTH:
                raise too_deep()
        if rest in (".", "this") or (here and not rest):
            return [], climbs, True
        return self._names(rest), climbs, here

    def _names(self, text: str) -> list[str]:
        """The names between single dots or slashes."""
        names: list[str] = []
        separated = True
        for match in _PART.finditer(text):
            bracketed, name, separator, _odd = match.groups()
            if separator is None and (bracketed is not None or _is_name(name)):
                names.append(bracketed if name is None else name)
            elif separator is None or separated:
                break
            separated = separator is not None
        else:
            if not separated:
                return names
        raise self.error(_not_a_name(text))


def _is_name(word: str | None) -> bool:
    return word is not None and not _NOT_IN_NAMES.intersection(word)


def make_lookup(source: Source, at: int, args: list[Expression]) -> Lookup:
    """`lookup` with its two arguments; TemplateSyntax for any other number."""
    if len(args) != 2:
        raise source.error(at, _("lookup needs a map or list, and a key."))
    return Lookup(args[0], args[1], f"{_name(args[0])}[{_name(args[1])}]")


def _name(value: Expression) -> str:
    return str(value.value) if isinstance(value, Literal) else value.text[:100]


def unknown_helper(name: str) -> str:
    """The sentence for a helper that does not exist."""
    message = _(
        "There is no helper %(name)s. There are if, unless, each, with and lookup."
    )
    return message % {"name": shown(name)}
