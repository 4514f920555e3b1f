"""The files of a channel: given with the request, or to be made.

In the layers of the cascade a given file is a File; one to be made is a mapping of
`template` or `service`, `filename`, `convertTo` and `params`, which event types store
as it is. Beside a service, `template` is the service's own id of one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from delivery.plan import DocumentPlan, ServicePlan
from delivery.problems import Problems
from events.errors import ConflictingContent, InvalidField
from providers import downstream
from providers.channels.email import FILES, InvalidAttachment
from providers.files import File
from templates_app import images, looking_up
from templates_app.kinds import DOCUMENT
from templates_app.params import laid_over
from templates_app.rendering import DEFAULT_ENGINE

Entry = File | Mapping[str, Any]
Forms = Mapping[str, tuple[str, str]]
# What a page can be made: the name's ending and the content type.
FORMS: Forms = {
    "pdf": (".pdf", "application/pdf"),
    "html": (".html", "text/html"),
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# A service may know more.
OF_SERVICES: Forms = {
    **FORMS,
    "txt": (".txt", "text/plain"),
    "csv": (".csv", "text/csv"),
    "docx": (".docx", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": (".xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    "odt": (".odt", f"{_OPEN}.text"),
    "ods": (".ods", f"{_OPEN}.spreadsheet"),
}
_MADE = ("template", "service", "convertTo", "params")


def read(
    given: Sequence[Mapping[str, Any]], path: str, problems: Problems
) -> list[Any]:
    """What a request says, each with one name for each thing."""
    found = [
        problems.gather(_entry, one, f"{path}[{position}]")
        for position, one in enumerate(given)
    ]
    return [one for one in found if one is not None]


def _entry(given: Mapping[str, Any], path: str) -> Entry:
    values = {key: value for key, value in given.items() if value is not None}
    if isinstance(values.get("template"), Mapping):
        values["template"] = values["template"]["templateId"]
    _unify(values, path, "contentType", "mimeType")
    _unify(values, path, "template", "templateId")
    for name in ("template", "service"):
        if not values.get(name):
            values.pop(name, None)  # an empty name says nothing
    return _file(values, path) if "content" in values else _made(values, path)


def _unify(values: dict[str, Any], path: str, name: str, other: str) -> None:
    """Keep one name; two that differ are a contradiction."""
    value = values.pop(other, None)
    if value is not None and values.setdefault(name, value) != value:
        raise ConflictingContent(
            _("%(path)s has %(first)s and %(second)s. Give one of them.")
            % {"path": path, "first": name, "second": other},
            field=f"{path}.{other}",
        )


def _file(values: Mapping[str, Any], path: str) -> File:
    for name in _MADE:
        if name in values:
            raise ConflictingContent(
                _("%(path)s has content and %(name)s. Give one of them.")
                % {"path": path, "name": name},
                field=f"{path}.{name}",
            )
    return File(
        filename=values["filename"],
        content_type=values.get("contentType", "application/octet-stream"),
        data=values["content"],
    )


def _made(values: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """By its form alone, whichever of the two ways it was said."""
    forms = OF_SERVICES if "service" in values else FORMS
    form_of = {content_type: name for name, (_ending, content_type) in forms.items()}
    wanted = values.get("convertTo")
    content_type = values.get("contentType")
    form = wanted or form_of.get(content_type or "", "" if content_type else "pdf")
    well = form in forms and content_type in (None, forms[form][1])
    if not well:
        field = "convertTo" if wanted else "contentType"
        known = forms if wanted else form_of
        raise InvalidField(
            _("%(field)s must be one of: %(known)s.")
            % {"field": f"{path}.{field}", "known": ", ".join(known)},
            field=f"{path}.{field}",
        )
    names = ("service", "template", "params")
    said = {name: values[name] for name in names if values.get(name)}
    return {**said, "filename": values["filename"], "convertTo": form}


def plans(
    tenant_id: UUID,
    values: Mapping[str, Any],
    *,
    params: Mapping[str, Any],
    path: str,
    problems: Problems,
    wanted: Collection[str] = (),
) -> tuple[File | DocumentPlan, ...]:
    """The files that `values` of a channel have: one query for each that is to be made.

    A document sees the channel's `params` and its own, and speaks the first of the
    `wanted` languages that it knows. Tells `problems` of templates that are not there.
    """
    entries: Sequence[Entry] = values.get("attachments", ())
    if len(entries) > FILES:
        problems.found.append(_too_many(f"{path}attachments"))
        return ()
    found: list[File | DocumentPlan] = []
    for position, one in enumerate(entries):
        if isinstance(one, File):
            found.append(one)
            continue
        field = f"{path}attachments[{position}]"
        plan = problems.gather(_plan, tenant_id, one, params, field, wanted)
        found += [plan] if plan else []
    return tuple(found)


def _too_many(field: str) -> InvalidAttachment:
    text = _("At most %(limit)s files are allowed.") % {"limit": FILES}
    return InvalidAttachment(text, field=field)


def _plan(
    tenant_id: UUID,
    one: Mapping[str, Any],
    params: Mapping[str, Any],
    field: str,
    wanted: Collection[str],
) -> DocumentPlan:
    ending, content_type = OF_SERVICES[one["convertTo"]]
    plan = DocumentPlan(
        filename=one["filename"],
        content_type=content_type,
        ending=ending,
        params=laid_over(params, one.get("params", {})),
    )
    if "service" in one:
        return replace(plan, service=_service(tenant_id, one, field))
    version = looking_up.find(
        tenant_id,
        one["template"],
        channel=DOCUMENT,
        field=f"{field}.template",
        wanted=wanted,
    )
    return replace(
        plan,
        source=version.body,
        engine=version.engine or DEFAULT_ENGINE,
        layout=version.layout,
        partials=version.partials,
        images=images.as_urls(images.in_texts(tenant_id, version.sources)),
    )


def _service(tenant_id: UUID, one: Mapping[str, Any], field: str) -> ServicePlan:
    found = downstream.find(
        tenant_id, one["service"], kind="documents", field=f"{field}.service"
    )
    return ServicePlan(
        id=found.id,
        required=tuple(found.required),
        fixed=found.fixed,
        taken=found.taken,
        template=one.get("template", ""),
        form=one["convertTo"],
    )


def references_of(values: Mapping[str, Any]) -> Iterator[tuple[int, str, str]]:
    """Place, "template" or "service", and id, of a stored channel's attachments."""
    for position, one in enumerate(values.get("attachments", ())):
        what = "service" if "service" in one else "template"
        yield position, what, str(one.get(what, ""))
