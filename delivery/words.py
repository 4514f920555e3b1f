"""The words of one channel, rendered and as they are handed over."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext as _

from delivery.errors import ContentMissing
from delivery.filling import Filling
from delivery.plan import ChannelPlan, NotificationPlan
from delivery.problems import Problems
from notify_project.errors import FieldError, Invalid
from providers.channels.base import Channel, ContentField
from templates_app.rendering import DEFAULT_ENGINE
from templates_app.shapes import Words


def texts_of(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> dict[str, str]:
    """Raises an Invalid with an entry for each field that is wrong."""
    problems = Problems()
    texts = {
        each.name: problems.gather(_text, plan, one, each, filling)
        for each in kind.content_fields
    }
    problems.raise_all()
    filled = {name: text for name, text in texts.items() if text is not None}
    path = f"{one.path}content"
    try:
        return kind.finish(filled, path=path)
    except Invalid as error:
        theirs = f"{path}.{one.wording.body_key}"
        raise _respelled(error, f"{path}.body", theirs) from None


def _respelled(error: Invalid, ours: str, theirs: str) -> Invalid:
    """The same, told of the name that the caller gave the field."""
    if ours == theirs:
        return error
    entries = [
        FieldError(
            theirs if one.field == ours else one.field,
            one.code,
            one.message.replace(ours, theirs),
        )
        for one in error.errors
    ]
    message = error.message.replace(ours, theirs)
    return type(error)(message, code=error.kind, errors=entries)


def _text(
    plan: NotificationPlan, one: ChannelPlan, each: ContentField, filling: Filling
) -> str | None:
    key = one.wording.body_key if each.name == "body" else each.name
    field = f"{one.path}content.{key}"
    source = one.wording.texts.get(each.name)
    if source is None and not each.required:
        return None
    text = source or ""
    if one.wording.engine and text:
        text = _rendered(one, each, filling, field, _missing(plan, each))
    if each.required and not text.strip():
        raise ContentMissing(
            _("%(field)s is empty. Give a text, or a template that has one.")
            % {"field": field},
            field=field,
        )
    return text


def _rendered(
    one: ChannelPlan,
    each: ContentField,
    filling: Filling,
    field: str,
    missing: Literal["error", "empty"],
) -> str:
    wording = one.wording
    engine, source = wording.engine or DEFAULT_ENGINE, wording.texts[each.name]
    if each.name == "body":
        words = Words(
            source, wording.body_type, engine, wording.layout, wording.partials
        )
        return filling.body(words, one.params, field=field, missing=missing)
    return filling.text(
        engine,
        source,
        one.params,
        field=field,
        missing=missing,
        partials=wording.partials,
    )


def _missing(plan: NotificationPlan, each: ContentField) -> Literal["error", "empty"]:
    """A tenant may let a body have gaps; a subject never."""
    gaps = each.multiline and plan.missing_params == "empty"
    return "empty" if gaps else "error"
