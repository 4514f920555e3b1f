"""The words of one channel, rendered and as they are handed over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from delivery.errors import ContentMissing
from delivery.filling import Filling
from delivery.plan import ChannelPlan, NotificationPlan
from delivery.problems import Problems
from notify_project.errors import FieldError, Invalid
from providers.channels.base import Channel, ContentField
from templates_app.bodies import Body
from templates_app.shapes import Words


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by content field, ready to be handed over, and what the body is: Markdown
    has become html by now."""

    texts: dict[str, str]
    body_type: str


def texts_of(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> Texts:
    """A mail in HTML has its text part as "text". Raises an Invalid with an entry for
    each field that is wrong."""
    problems = Problems()
    texts = {
        each.name: problems.gather(_text, plan, one, each, filling)
        for each in kind.content_fields
        if each.name != "body"
    }
    body = problems.gather(_body, plan, one, kind, filling)
    problems.raise_all()
    made = body or Body("", one.wording.body_type)
    filled = {name: text for name, text in texts.items() if text is not None}
    filled["body"] = made.body
    if made.text:
        filled["text"] = made.text
    path = f"{one.path}content"
    try:
        return Texts(kind.finish(filled, path=path), made.body_type)
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
    """A text beside the body; None where there is none and none is needed."""
    wording = one.wording
    field = f"{one.path}content.{each.name}"
    source = wording.texts.get(each.name)
    if source is None and not each.required:
        return None
    text = source or ""
    if wording.engine and text:
        text = filling.text(
            wording.engine,
            text,
            one.params,
            field=field,
            missing=_missing(plan, each),
            partials=wording.partials,
        )
    return _needed(text, field) if each.required else text


def _body(
    plan: NotificationPlan, one: ChannelPlan, kind: Channel, filling: Filling
) -> Body:
    wording = one.wording
    field = f"{one.path}content.{wording.body_key}"
    each = next(each for each in kind.content_fields if each.name == "body")
    words = Words(
        _needed(wording.texts.get("body") or "", field),
        wording.body_type if each.html else "text",
        wording.engine or "",
        wording.layout,
        wording.partials,
    )
    missing = _missing(plan, each)
    made = filling.body(words, one.params, field=field, missing=missing)
    _needed(made.body, field)
    return made if each.html else replace(made, body_type=wording.body_type)


def _needed(text: str, field: str) -> str:
    if not text.strip():
        raise ContentMissing(
            _("%(field)s is empty. Give a text, or a template that has one.")
            % {"field": field},
            field=field,
        )
    return text


def _missing(plan: NotificationPlan, each: ContentField) -> Literal["error", "empty"]:
    """A tenant may let a body have gaps; a subject never."""
    gaps = each.multiline and plan.missing_params == "empty"
    return "empty" if gaps else "error"
