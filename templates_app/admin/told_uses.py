"""Who uses a template, in a sentence: before it is published, and on its page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from templates_app import uses
from templates_app.models import Template
from templates_app.uses import COUNTED, LISTED, Uses


def before_publishing(template: Template) -> str:
    """What publishing changes, and for whom."""
    told = _("It will be sent from now on.")
    return f"{told} {sentence(uses.of(template))}"


def sentence(found: Uses) -> str:
    """How many of each kind; what waits keeps the wording it was accepted with."""
    if not found:
        return _("Nothing is sent with it by its name yet.")
    told = []
    if found.templates:
        number = str(len(found.templates))
        told.append(_("Templates made with it: %(number)s.") % {"number": number})
    number = _up_to(len(found.event_types), LISTED)
    told.append(_("Event types that use it: %(number)s.") % {"number": number})
    if found.scheduled:
        told.append(
            _(
                "Scheduled sends that use it: %(number)s; these go out with the "
                "wording that they were accepted with."
            )
            % {"number": _up_to(found.scheduled, COUNTED)}
        )
    return " ".join(told)


def _up_to(number: int, limit: int) -> str:
    return (
        str(number) if number <= limit else _("more than %(limit)s") % {"limit": limit}
    )
