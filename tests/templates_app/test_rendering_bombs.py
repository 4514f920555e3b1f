"""Bombs: each ends in time with an error, and nobody else notices."""

from __future__ import annotations

import gc
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from templates_app.errors import RenderLimit
from templates_app.rendering import render
from tests.templates_app.outcomes import outcome, words_of

SECONDS = 3.0
GROWTH_BYTES = 50_000_000
STALL_SECONDS = 0.5

HUNDRED: dict[str, object] = {"a": list(range(100))}
MANY: dict[str, object] = {"a": [0] * 24_000}


def _nested(depth: int, inner: str) -> str:
    opened = "".join("{{#each " + "../" * level + "a}}" for level in range(depth))
    return opened + inner + "{{/each}}" * depth


def _doubling(levels: int) -> str:
    """Partials that each call the next twice: 2 to the power of `levels`."""
    calls = "{{> pN}}{{> pN}}"
    inlines = [_inline(n, calls.replace("N", str(n + 1))) for n in range(levels)]
    return "".join(inlines) + _inline(levels, "x") + "{{> p0}}"


def _inline(number: int, body: str) -> str:
    return "{{#*inline 'pN'}}".replace("N", str(number)) + body + "{{/inline}}"


BRACES: dict[str, tuple[str, dict[str, object]]] = {
    "each five deep": (_nested(5, "x"), HUNDRED),
    "each five deep, printing nothing": (_nested(5, "{{#if b}}{{/if}}"), HUNDRED),
    "each over many": (_nested(3, ""), MANY),
    "2^60 by partials": (_doubling(60), {}),
    "2^18 by partials": (_doubling(18), {}),
    "a partial that calls itself": ("{{#*inline 'p'}}{{> p}}{{/inline}}{{> p}}", {}),
    "inline partials made in a loop": (
        "{{#each a}}" + "{{#*inline 'p'}}{{/inline}}" * 2_000 + "{{/each}}",
        MANY,
    ),
    "many inline partials, in a loop": (
        "{{#each a}}"
        + "".join(_inline(n, "") for n in range(1_800))
        + "{{> p1}}{{/each}}",
        MANY,
    ),
    "static text in a loop": ("{{#each a}}" + "x" * 60_000 + "{{/each}}", MANY),
    "a long value in a loop": (
        "{{#each a}}{{../s}}{{/each}}",
        {"a": [0] * 5_000, "s": "&" * 30_000},
    ),
    "an indent in a loop": (
        "{{#*inline 'p'}}{{#each a}}\n{{this}}\n{{/each}}{{/inline}}\n"
        + " " * 20_000
        + "{{> p}}\n",
        {"a": ["x"] * 8_000},
    ),
    "indents within indents": (
        "{{#*inline 'p'}}x\n    {{> p}}\n{{/inline}}\n  {{> p}}\n",
        {},
    ),
    "a list printed in a loop": (_nested(2, "{{@root.a}}"), {"a": [0] * 8_000}),
    "empty lists printed in a loop": (_nested(2, "{{@root.a}}"), {"a": [[]] * 8_000}),
    "lookups of lookups": (
        _nested(3, "{{#if " + "(lookup " * 19 + "a 0)" + " 0)" * 18 + "}}{{/if}}"),
        HUNDRED,
    ),
    "a partial with many values": (
        "{{#*inline 'p'}}{{/inline}}{{#each a}}{{> p "
        + " ".join(f"k{n}=@index" for n in range(4_000))
        + "}}{{/each}}",
        MANY,
    ),
    "a long path": (_nested(3, "{{#if " + ".".join("a" * 18) + "}}{{/if}}"), HUNDRED),
    "brackets": ("{{" + "(" * 60_000 + "}}", {}),
    "open blocks": ("{{#a}}" * 10_000, {}),
    "open tags": ("{{" * 30_000, {}),
    "open quotes": ("{{'" * 20_000, {}),
    "quoted braces": ('{{"' + "}}" * 30_000, {}),
    "open comments": ("{{!--" * 10_000, {}),
    "open triples": ("{{{a" * 15_000, {}),
    "tags": ("{{a}}" * 12_000, {"a": ""}),
    "climbing": ("{{" + "../" * 20_000 + "a}}", {}),
    "backslashes": ("\\" * 60_000 + "{{a", {}),
    "blank lines": ("\n \n" * 15_000 + "{{a", {}),
}
JINJA: dict[str, tuple[str, dict[str, object]]] = {
    "a repeated string": ("{{ 'x' * 10**9 }}", {}),
    "a repeated list": ("{{ [1] * 10**9 }}", {}),
    "ljust": ("{{ 'x'.ljust(10**9) }}", {}),
    "center as a filter": ("{{ 'x' | center(10**9) }}", {}),
    "indent as a filter": ("{{ 'x\\ny' | indent(10**9) }}", {}),
    "lipsum": ("{{ lipsum(n=100000) }}", {}),
    "a percent format": ("{{ '%1000000000d' % 1 }}", {}),
    "a format filter": ("{{ '%1000000000d' | format(1) }}", {}),
    "a format method": ("{{ '{:1000000000d}'.format(1) }}", {}),
    "a replace": ("{{ ('x' | list | string).replace('x', s) }}", {"s": "y" * 9_000}),
    "nested loops": (
        "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}"
        "{% endfor %}{% endfor %}{% endfor %}",
        {},
    ),
    "nested loops that print": (
        "{% for a in range(999) %}{% for b in range(999) %}x{% for c in range(999) %}x"
        "{% endfor %}{% endfor %}{% endfor %}",
        {},
    ),
    "range": ("{% for a in range(10**9) %}x{% endfor %}", {}),
    "a range as list": ("{{ range(10**9) | list }}", {}),
    "a power": ("{{ 10**(10**9) }}", {}),
    "powers of powers": ("{% set a = 9**60 %}" + "{% set a = a**60 %}" * 9, {}),
    "doubling": ("{% set a='xxxxxxxxxx' %}" + "{% set a = a ~ a %}" * 60, {}),
    "doubling by plus": ("{% set a='xxxxxxxxxx' %}" + "{% set a = a + a %}" * 60, {}),
    "doubling lists": ("{% set a=[1,2,3] %}" + "{% set a = a + a %}" * 60, {}),
    "a macro that calls itself": (
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        {},
    ),
    "brackets": ("{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}", {}),
    "nested ifs": ("{% if a %}" * 3_000 + "{% endif %}" * 3_000, {}),
    "joins of joins": (
        "{% set a = range(999)|join('xxxxxxxxxxxxxxxx') %}"
        + "{% set a = range(999)|join(a) %}" * 4,
        {},
    ),
}
ALL = [
    pytest.param(name, source, params, id=f"{name}: {bomb}")
    for name, bombs in (("handlebars", BRACES), ("mustache", BRACES), ("jinja", JINJA))
    for bomb, (source, params) in bombs.items()
]


class Neighbour(threading.Thread):
    """Renders happily all the while; knows its longest wait and our peak of memory.

    A wait counts what this process worked meanwhile, which is what a bomb takes from
    its neighbours, and not what others on the machine took from all of us.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self.peak = 0
        self.rendered = 0
        self.done = threading.Event()

    def run(self) -> None:
        last = time.process_time()
        while not self.done.is_set():
            render("handlebars", "Hi {{name}}", {"name": "Ann"}, html=True)
            self.rendered += 1
            self.peak = max(self.peak, _resident())
            now = time.process_time()
            self.longest, last = max(self.longest, now - last), now
            self.done.wait(0.005)


def _resident() -> int:
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * resource.getpagesize()


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    # What thousands of other tests left behind is no work of the bombs: one full
    # collection over it takes half a second in the middle of a wait.
    gc.collect()
    gc.freeze()
    thread = Neighbour()
    thread.start()
    yield thread
    thread.done.set()
    thread.join()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def jinja_is_allowed(settings):
    settings.ALLOW_JINJA = True
    render("jinja", "warm", {}, html=False)


@pytest.mark.parametrize(("engine", "source", "params"), ALL)
def test_a_bomb_ends_in_time(engine, source, params):
    started = time.monotonic()

    seen = outcome(engine, source, params, html=True)

    # What a dialect does not read as a bomb may come out as text.
    assert len(words_of(seen)) < (1_000_000 if isinstance(seen, str) else 300)
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize(
    "bomb",
    [
        *("each five deep", "2^60 by partials", "2^18 by partials", "each over many"),
        *("many inline partials, in a loop", "static text in a loop"),
        *("a long value in a loop", "an indent in a loop", "a list printed in a loop"),
        *("lookups of lookups", "a partial with many values", "tags"),
    ],
)
def test_a_bomb_is_told_as_a_limit(bomb):
    source, params = BRACES[bomb]

    with pytest.raises(RenderLimit) as caught:
        render("handlebars", source, params, html=True)

    assert caught.value.kind == "render_limit"


@pytest.mark.parametrize(
    "bomb",
    ["nested loops", "nested loops that print", "doubling", "range", "a power"],
)
def test_a_bomb_of_jinja_is_told_as_a_limit(bomb):
    with pytest.raises(RenderLimit):
        render("jinja", *JINJA[bomb], html=True)


def test_all_bombs_together_leave_no_mark(neighbour):
    before = _resident()

    for engine, bombs in (("handlebars", BRACES), ("jinja", JINJA)):
        for source, params in bombs.values():
            outcome(engine, source, params, html=True)

    assert neighbour.rendered > 20
    assert neighbour.longest < STALL_SECONDS
    assert max(neighbour.peak, _resident()) - before < GROWTH_BYTES


def test_a_renderer_that_was_killed_is_replaced():
    with pytest.raises(RenderLimit):
        render("jinja", *JINJA["nested loops"], html=True)

    assert render("jinja", "Hi {{ n }}", {"n": "Ann"}, html=True) == "Hi Ann"
