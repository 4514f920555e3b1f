"""Files that are made for a message: what they are made of, and the making.

When a request is accepted, a document's page is filled in, so that what is missing is
said at once; the file itself is made by a worker (delivery/making.py), since that takes
a hundred times as long and may need a service that is down. A preview makes it too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from delivery.composed import Attached, Document
from delivery.filling import Filling
from delivery.plan import ChannelPlan, DocumentPlan, NotificationPlan
from delivery.problems import Problems
from providers.channels.email import InvalidAttachment
from providers.files import File
from templates_app import pdf
from templates_app.rendering import DEFAULT_ENGINE
from templates_app.shapes import Words


def composed(
    plan: NotificationPlan, one: ChannelPlan, filling: Filling
) -> tuple[Attached, ...]:
    """The channel's files, those that are to be made with their pages filled in.

    Raises Invalid, with one entry per field that is wrong.
    """
    problems = Problems()
    missing: Literal["error", "empty"] = (
        "empty" if plan.missing_params == "empty" else "error"
    )
    found: list[Attached] = []
    for position, each in enumerate(one.files):
        if isinstance(each, File):
            found.append(each)
            continue
        path = f"{one.path}attachments[{position}]"
        made = problems.gather(_composed, each, filling, path, missing)
        found += [made] if made else []
    problems.raise_all()
    return tuple(found)


def _composed(
    one: DocumentPlan,
    filling: Filling,
    path: str,
    missing: Literal["error", "empty"],
) -> Attached:
    problems = Problems()
    name = problems.gather(_filename, one, filling, path)
    html = problems.gather(
        filling.body,
        Words(one.source, "html", one.engine, one.layout, one.partials),
        one.params,
        field=f"{path}.template",
        missing=missing,
    )
    problems.raise_all()
    if one.content_type == pdf.CONTENT_TYPE:
        recipe = {"make": "pdf", "html": html}
        return Document(str(name), one.content_type, recipe)
    # With its mark: no header of an attachment says that it is UTF-8.
    return File(str(name), one.content_type, str(html).encode("utf-8-sig", "replace"))


def _filename(one: DocumentPlan, filling: Filling, path: str) -> str:
    """With its params, and with the ending that readers go by."""
    name = one.filename
    if "{{" in name:
        name = filling.text(
            DEFAULT_ENGINE,
            name,
            one.params,
            field=f"{path}.filename",
            missing="error",
            partials={},
        )
    name = name.strip()
    if not name:
        text = _("%(field)s is empty. Give the file a name.")
        field = f"{path}.filename"
        raise InvalidAttachment(text % {"field": field}, field=field)
    return name if name.lower().endswith(one.ending) else f"{name}{one.ending}"


def as_file(one: Attached) -> File:
    """To be checked: a document has no bytes yet."""
    if isinstance(one, File):
        return one
    return File(one.filename, one.content_type, b"")


def make(recipe: Mapping[str, Any]) -> bytes:
    """The file's bytes; takes seconds at most, and touches no database.

    Raises an Invalid where it never can be made, Unavailable where it can be later.
    """
    return _MAKERS[recipe["make"]](recipe)


def finished(one: Attached) -> File:
    """The file itself, made now if it is not there; raises what `make` raises."""
    if isinstance(one, File):
        return one
    return File(one.filename, one.content_type, make(one.recipe))


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {
    "pdf": lambda recipe: pdf.printed(recipe["html"]),
}
