"""What is wrong with a request, collected so that its sender learns of all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from notify_project.errors import FieldError, Invalid

ResultT = TypeVar("ResultT")


class Problems:
    """Collects what is wrong, so that the caller learns of all of it at once."""

    def __init__(self, known: Iterable[Invalid] = ()) -> None:
        self.found: list[Invalid] = list(known)

    def gather(
        self, step: Callable[..., ResultT], *args: object, **named: object
    ) -> ResultT | None:
        """The step's result; None when it raised an Invalid, which is kept."""
        try:
            return step(*args, **named)
        except Invalid as error:
            self.found.append(error)
            return None

    def raise_all(self) -> None:
        """Raise what was found, if anything was."""
        if self.found:
            raise self.as_one()

    def as_one(self) -> Invalid:
        """What was found: one problem as it is, several as one."""
        return self.found[0] if len(self.found) == 1 else _merged(self.found)


def _merged(problems: Sequence[Invalid]) -> Invalid:
    entries: list[FieldError] = []
    for problem in problems:
        entries += problem.errors or (FieldError("", problem.kind, problem.message),)
    kinds = {one.code for one in entries}
    first = entries[0]
    told = not first.field or first.field in first.message
    message = first.message if told else f"{first.field}: {first.message}"
    if len(entries) > 1:
        message += _(" (and %(count)s more, see errors)") % {"count": len(entries) - 1}
    return Invalid(
        message,
        code=kinds.pop() if len(kinds) == 1 else "",
        errors=entries,
    )
