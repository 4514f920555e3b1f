"""From a request to what would be sent, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from delivery.composed import Composed
from delivery.composing import compose
from delivery.problems import Problems
from delivery.withholding import withhold
from events import trials
from events.requests import NotifyRequest
from events.resolving import resolve
from notify_project.errors import FieldError, Invalid
from tenants.callers import Caller

# What may only seem to be missing because something else could not be read.
_MAY_FOLLOW = {
    *("content_missing", "no_recipient", "nobody_to_copy", "no_channels"),
    *("missing_params", "invalid_params"),
}


def decide(caller: Caller, request: NotifyRequest) -> Composed:
    """By reads only; raises Invalid with all fields that are wrong, in one answer.

    What could not be read has been left out of the request. Of the rest only that is
    told which cannot be a consequence of it.
    """
    if not request.problems:
        return _composed(caller, request)
    raise Problems([*request.problems, *_further(caller, request)]).as_one()


def _further(caller: Caller, request: NotifyRequest) -> list[Invalid]:
    """What else is wrong with a request of which something could not be read."""
    unread = [one.field for each in request.problems for one in each.errors]
    try:
        _composed(caller, request)
    except Invalid as error:
        return _independent(error, unread)
    return []


def _composed(caller: Caller, request: NotifyRequest) -> Composed:
    problems = Problems()
    plan = resolve(caller, request, problems)
    return trials.ensure_allowed(caller, withhold(compose(plan, problems.found)))


def _independent(error: Invalid, unread: Sequence[str]) -> list[Invalid]:
    errors = error.errors or (FieldError("", error.kind, error.message),)
    return [
        Invalid(one.message, code=one.code, field=one.field)
        for one in errors
        if one.code not in _MAY_FOLLOW
        and not any(_touch(one.field, field) for field in unread)
    ]


def _touch(one: str, other: str) -> bool:
    """Whether one is the other, or holds it: recipients and recipients.to[0]."""
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith((f"{short}.", f"{short}["))
