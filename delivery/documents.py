"""Files that are made for a message: what they are made of, and the making.

When a request is accepted, a document's page is filled in, so that what is missing is
said at once; the file itself is made by a worker (delivery/making.py), since that takes
a hundred times as long and may need a service that is down. A preview makes it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from delivery.composed import Attached, Document
from delivery.filling import Filling
from delivery.plan import ChannelPlan, DocumentPlan, NotificationPlan, ServicePlan
from delivery.problems import Problems
from providers import downstream, mapping
from providers.channels.email import InvalidAttachment
from providers.downstream import ServiceUnavailable
from providers.errors import Misconfigured, Permanent, ProviderError
from providers.files import File
from providers.services import DocumentOrder, DocumentService
from templates_app import embedding, pdf
from templates_app.errors import DocumentRefused, MissingParams, TemplateError
from templates_app.params import plain
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
    name = str(problems.gather(_filename, one, filling, path))
    if one.service:
        made: Any = problems.gather(_order, one.service, one.params, path)
        problems.raise_all()
        recipe = {"make": "service", **made, "name": name.removesuffix(one.ending)}
        return Document(name, one.content_type, recipe)
    html = problems.gather(
        filling.page,
        Words(one.source, "html", one.engine, one.layout, one.partials),
        one.params,
        field=f"{path}.template",
        missing=missing,
    )
    problems.raise_all()
    page = embedding.inlined(str(html), one.images.get)
    if one.content_type == pdf.CONTENT_TYPE:
        return Document(name, one.content_type, {"make": "pdf", "html": page})
    # With its mark: no header of an attachment says that it is UTF-8.
    return File(name, one.content_type, page.encode("utf-8-sig", "replace"))


def _order(one: ServicePlan, params: Mapping[str, Any], path: str) -> dict[str, Any]:
    """What the service will be asked, as plain JSON; raises MissingParams."""
    data = data_for(one, params, field=f"{path}.service", params_field=f"{path}.params")
    return {
        "service": str(one.id),
        "data": data,
        "template": one.template,
        "form": one.form,
    }


def data_for(
    one: ServicePlan, params: Mapping[str, Any], *, field: str, params_field: str
) -> dict[str, Any]:
    """What of the params a service is given; raises MissingParams, of `field`."""
    if absent := mapping.missing(params, one.required):
        raise MissingParams(absent).at(field)
    try:
        return plain(mapping.data_of(params, fixed=one.fixed, taken=one.taken))
    except TemplateError as error:
        raise error.at(params_field) from None


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


Services = Mapping[str, DocumentService]
_NOBODY: Services = {}


def services_of(recipes: Iterable[Mapping[str, Any]]) -> Services:
    """The services that are needed for them, ready to be called; one query at most."""
    ids = [UUID(one["service"]) for one in recipes if "service" in one]
    found = downstream.ready(ids)
    return {key: one for key, one in found.items() if isinstance(one, DocumentService)}


def make(recipe: Mapping[str, Any], services: Services = _NOBODY) -> bytes:
    """The file's bytes; takes seconds at most, and touches no database.

    Raises an Invalid where it never can be made, Unavailable where it can be later.
    """
    return _MAKERS[recipe["make"]](recipe, services)


def finished(one: Attached) -> File:
    """The file itself, made now if it is not there; raises what `make` raises."""
    if isinstance(one, File):
        return one
    data = make(one.recipe, services_of([one.recipe]))
    return File(one.filename, one.content_type, data)


def _printed(recipe: Mapping[str, Any], services: Services) -> bytes:
    return pdf.printed(recipe["html"])


def _served(recipe: Mapping[str, Any], services: Services) -> bytes:
    """What the service makes of it."""
    service = services.get(recipe["service"])
    if service is None:
        raise ServiceUnavailable(
            _("The service is switched off, or its settings are not complete.")
        )
    given = ("data", "template", "form", "name")
    with as_ours(DocumentRefused):
        data = service.make(DocumentOrder(**{name: recipe[name] for name in given}))
    if recipe["form"] == "pdf" and not data.startswith(b"%PDF"):
        raise DocumentRefused(_("The service answered something that is no PDF."))
    return data


@contextmanager
def as_ours(refused: type[TemplateError], field: str = "") -> Iterator[None]:
    """The four errors of providers as two: `refused`, and Unavailable."""
    try:
        yield
    except Permanent as error:
        raise refused(error.detail).at(field) from None
    except ProviderError as error:
        wait = _MENDING_SECONDS if isinstance(error, Misconfigured) else None
        wait = wait or error.retry_after_seconds
        raise ServiceUnavailable(error.detail, retry_after_seconds=wait) from None


_MENDING_SECONDS = 300.0  # a person has to mend the settings
_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Services], bytes]] = {
    "pdf": _printed,
    "service": _served,
}
