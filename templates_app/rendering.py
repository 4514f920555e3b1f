"""Renders: the one door to all engines, with the limits that hold for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, cast

from django.utils.translation import gettext as _

from templates_app.braces import objects
from templates_app.braces.values import object_in, text_of
from templates_app.engines import registry
from templates_app.engines.base import NO_PARTIALS, Engine, Job, PartialCall
from templates_app.errors import TemplateError, TemplateTooLarge
from templates_app.params import plain

HTML_BYTES = 1_000_000
TEXT_BYTES = 256_000
DEFAULT_ENGINE = registry.DEFAULT

_LONE_NAME = re.compile(r"\{\{\{?[ \t]*([^\s{}()&#^/>!~\"']+)[ \t]*\}?\}\}")


def render(  # noqa: PLR0913  (every caller names them; an object would hide them)
    engine: str,
    source: str,
    params: Mapping[str, object],
    *,
    html: bool,
    field: str = "",
    missing: Literal["error", "empty"] = "error",
    limit_bytes: int = HTML_BYTES,
    partials: Mapping[str, str] = NO_PARTIALS,
    slots: Mapping[str, str] = NO_PARTIALS,
    mark: Callable[[str], str] | None = None,
) -> str:
    """`source` with `params` filled in; `html` escapes what `{{x}}` prints.

    `partials`, `slots` and `mark` are told of in engines/base.py.

    Raises subclasses of Invalid, of `field`: UnknownEngine, EngineNotAllowed,
    TemplateSyntax (line and column), MissingParams (all names; not with "empty"),
    ObjectPrinted, RenderLimit, ParamsTooLarge, ParamsInvalid. Jinja alone may also
    raise Unavailable, when all its children are at work. Takes at most 2 seconds in
    process, 3 in a child, and reads no database and no network.
    """
    try:
        chosen = _chosen(engine, source)
        job = Job(
            plain(params),
            html=html,
            limit_bytes=limit_bytes,
            allow_missing=missing == "empty",
            partials=partials,
            slots=slots,
            mark=mark,
        )
        return chosen.render(source, job)
    except TemplateError as error:
        raise error.at(field) from None


def render_each(
    engine: str,
    source: str,
    params: Mapping[str, object],
    *,
    field: str = "",
    limit_bytes: int = TEXT_BYTES,
) -> tuple[str, ...]:
    """As render without html, but a lone `{{name}}` that is a list gives each item.

    For recipients: `{{approvers}}` of two addresses is two recipients, while a comma
    within one address stays within it. Nothing may be missing.
    """
    items = _lone_list(engine, source, params)
    if items is not None:
        try:
            copied = plain({"items": items})["items"]
        except TemplateError as error:
            raise error.at(field) from None
        if object_in(copied) is not None:
            name = source.strip().strip("{} \t")
            raise objects.refusal({name: copied}).at(field)
        return tuple(text_of(item) for item in cast("list[object]", copied))
    text = render(
        engine, source, params, html=False, field=field, limit_bytes=limit_bytes
    )
    return (text,)


def variables(engine: str, source: str) -> frozenset[str]:
    """The params that a template reads: `name`, `applicant.name`, `rows[].price`.

    Best effort: a name within a guard is listed too. Raises as render does.
    """
    return _chosen(engine, source).variables(source)


def calls(engine: str, source: str) -> tuple[PartialCall, ...]:
    """The partials that a template calls. Raises as render does."""
    return _chosen(engine, source).calls(source)


def _chosen(name: str, source: str) -> Engine:
    chosen = registry.engine(name)
    chosen.ensure_allowed()
    ensure_fits(chosen, source)
    return chosen


def ensure_fits(engine: Engine, source: str) -> None:
    """Raise TemplateTooLarge where `source` is longer than the engine reads."""
    limit = engine.source_limit_bytes
    if len(source) > limit or len(source.encode("utf-8", "surrogatepass")) > limit:
        message = _("The template is larger than %(limit)d bytes.")
        raise TemplateTooLarge(message % {"limit": limit})


def _lone_list(
    engine: str, source: str, params: Mapping[str, object]
) -> list[object] | None:
    match = _LONE_NAME.fullmatch(source.strip())
    if match is None or registry.engine(engine).name == "plain":
        return None
    value: object = params
    for part in match.group(1).split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else None
