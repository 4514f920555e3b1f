"""Buttons above a form: each calls one step by POST and tells what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Words = str | Promise
# The question before a step, or what makes it of the row.
Asked = Words | Callable[[Any], Words]
# Takes the admin, the request and the row; answers a sentence or a whole page.
Method = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What a button needs. `ask` is the question before it; empty asks nothing.

    `permission` is one of Django's four; `operators` narrows it. `when(row)` says
    whether the step makes sense for a row.
    """

    name: str
    label: Words
    permission: str
    ask: Asked
    icon: str
    danger: bool
    operators: bool
    when: Callable[[Any], bool]

    def question(self, row: Any) -> Words:
        """What is asked before it is done to this row."""
        return self.ask(row) if callable(self.ask) else self.ask


def step(  # noqa: PLR0913 - the one declaration with many optional facets
    label: Words,
    *,
    permission: str = "change",
    ask: Asked = "",
    icon: str = "",
    danger: bool = False,
    operators: bool = False,
    when: Callable[[Any], bool] = lambda _row: True,
) -> Callable[[Method], Method]:
    """Make a method of an admin a button; name it in the admin's `steps`."""

    def mark(method: Method) -> Method:
        method.step = Step(  # type: ignore[attr-defined]
            method.__name__, label, permission, ask, icon, danger, operators, when
        )
        return method

    return mark
