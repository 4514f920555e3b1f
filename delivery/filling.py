"""Fills in the texts and recipients of one request, within one budget for all of it.

Each rendering has limits of its own (templates_app/rendering.py); a thousand of them
just below these would still keep a process busy for minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from django.utils.translation import gettext as _

from templates_app import bodies
from templates_app.bodies import Body
from templates_app.errors import RenderLimit
from templates_app.rendering import render, render_each
from templates_app.shapes import Words

# Work of this thread counts, not the time that others on the machine take; waiting
# for a child process is no work, and is bounded by the clock.
WORK_SECONDS = 2.0
WAIT_SECONDS = 10.0

FilledT = TypeVar("FilledT")
Clock = Callable[[], float]


class Filling:
    """One request's renderings. The first that goes beyond its limits is the last."""

    def __init__(
        self, work: Clock = time.thread_time, clock: Clock = time.monotonic
    ) -> None:
        self._work = work
        self._clock = clock
        self._work_ends = work() + WORK_SECONDS
        self._ends = clock() + WAIT_SECONDS
        self._over = False

    def text(
        self,
        engine: str,
        source: str,
        params: Mapping[str, object],
        *,
        field: str,
        missing: Literal["error", "empty"],
        partials: Mapping[str, str],
    ) -> str:
        """As templates_app.rendering.render, without html."""
        return self._within(
            lambda: render(
                engine,
                source,
                params,
                html=False,
                field=field,
                missing=missing,
                partials=partials,
            ),
            field,
        )

    def body(
        self,
        words: Words,
        params: Mapping[str, object],
        *,
        field: str,
        missing: Literal["error", "empty"],
    ) -> Body:
        """As templates_app.bodies.write."""
        return self._within(
            lambda: bodies.write(words, params, field=field, missing=missing), field
        )

    def each(
        self, engine: str, source: str, params: Mapping[str, object], *, field: str
    ) -> tuple[str, ...]:
        """As templates_app.rendering.render_each."""
        return self._within(
            lambda: render_each(engine, source, params, field=field), field
        )

    def page(
        self,
        words: Words,
        params: Mapping[str, object],
        *,
        field: str,
        missing: Literal["error", "empty"],
    ) -> str:
        """As templates_app.bodies.page."""
        return self._within(
            lambda: bodies.page(words, params, field=field, missing=missing), field
        )

    def _within(self, fill: Callable[[], FilledT], field: str) -> FilledT:
        if self._over or self._work() > self._work_ends or self._clock() > self._ends:
            raise RenderLimit(
                _("%(field)s: the request takes too much work to be filled in.")
                % {"field": field}
            ).at(field)
        try:
            return fill()
        except RenderLimit:
            self._over = True
            raise
