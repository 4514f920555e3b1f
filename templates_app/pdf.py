"""HTML made a PDF, in a child process with limits; the child's side is typesetting.py.

Nothing is fetched: pictures and fonts are in the page, as data: URLs. A page that asks
for anything else is refused, since the file would lack what its author saw.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from notify_project.errors import Unavailable
from notify_project.isolation import ChildFailed, Isolated, LimitReached, Limits
from templates_app.errors import DocumentRefused, PdfUnavailable, shown

CONTENT_TYPE = "application/pdf"
# A letter takes a tenth of a second and 30 MB, a table of 5,000 rows some 10 seconds:
# what needs more is no letter.
_LIMITS = Limits(
    memory_bytes=512 * 1024 * 1024,
    cpu_seconds=10.0,
    wall_seconds=12.0,
    answer_bytes=11_000_000,
    jobs_per_child=100,
)
_CHILDREN = Isolated("templates_app.typesetting:run", size=2, limits=_LIMITS)


def printed(html: str) -> bytes:
    """The page as a PDF, tagged for readers of screens.

    Takes some 0.1 seconds, 12 at most, and no network. Raises DocumentRefused for what
    is wrong with the page, Unavailable where it could be made later: PdfUnavailable
    where this machine lacks the libraries.
    """
    try:
        answer = _CHILDREN.run(html.encode("utf-8", "surrogatepass"))
    except LimitReached as error:
        raise DocumentRefused(_BEYOND[error.reason]()) from None
    except ChildFailed:
        message = _("The document brought its printer down. Make it simpler.")
        raise DocumentRefused(message) from None
    if answer.startswith(b"%PDF"):
        return answer
    raise _refusal(json.loads(answer))


_BEYOND: Mapping[str, Callable[[], str]] = {
    "time": lambda: _("The document takes too long to be laid out. Make it shorter."),
    "memory": lambda: _("The document needs too much memory. Make it shorter."),
    "size": lambda: _("The document has more than 10 MB. Use smaller pictures."),
}


def _refusal(answer: Mapping[str, str]) -> DocumentRefused | Unavailable:
    what = shown(answer["what"], 100)
    if answer["error"] == "absent":
        return PdfUnavailable(
            _(
                "PDFs cannot be made on this machine: %(what)s is missing. Install "
                "Pango, as the guide for operators says."
            )
            % {"what": what},
            retry_after_seconds=60,
        )
    if answer["error"] == "fetch":
        return DocumentRefused(
            _(
                "The document asks for %(what)s, and nothing is fetched. Put pictures "
                "and fonts into the page, as data: URLs."
            )
            % {"what": what}
        )
    message = _("The document cannot be laid out (%(what)s). Look at its HTML and CSS.")
    return DocumentRefused(message % {"what": what})
