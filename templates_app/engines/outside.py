"""Languages that a service outside fills in: known here, and rendered elsewhere.

What a service is given, and what comes of its answer, is delivery/outside_words.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from providers.services import TextService, text_services
from templates_app.engines.base import Engine, Job, Problem
from templates_app.errors import FilledElsewhere


class OutsideEngine(Engine):
    """The language of one kind of service; `service` is its key."""

    marks = False

    def __init__(self, key: str, speaks: type[TextService]) -> None:
        self.names = (speaks.renderer,)
        self.label = str(speaks.label)
        self.service = key
        self.speaks = speaks

    def render(self, source: str, job: Job) -> str:
        raise self.elsewhere()

    def elsewhere(self) -> FilledElsewhere:
        """Why it cannot be rendered here."""
        text = _(
            "%(name)s fills in the texts of messages, outside of Notify: previews of "
            "calls and of event types show them. Nothing else is written for it."
        )
        return FilledElsewhere(text % {"name": self.label})

    def variables(self, source: str) -> frozenset[str]:
        return frozenset(self.speaks.reads(source))

    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        return ()


def outside_engines() -> Sequence[OutsideEngine]:
    """One for each kind of service that fills in texts."""
    return [OutsideEngine(key, one) for key, one in text_services().items()]
