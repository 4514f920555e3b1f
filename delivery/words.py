"""The words of one channel, rendered and as they are handed over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from delivery.errors import ContentMissing
from delivery.filling import Filling
from delivery.plan import ChannelPlan, Wording
from delivery.problems import Problems
from notify_project.errors import FieldError, Invalid
from providers.channels.base import Channel, ContentField
from templates_app import embedding, images
from templates_app.bodies import Body
from templates_app.embedding import Embedded
from templates_app.errors import RenderLimit, UnknownImage
from templates_app.shapes import Words

IMAGES_BYTES = 5_000_000  # beside the files that go along


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts by content field, ready to be handed over, and what the body is: Markdown
    has become html by now."""

    texts: dict[str, str]
    body_type: str
    images: tuple[Embedded, ...] = ()


def texts_of(
    one: ChannelPlan, kind: Channel, filling: Filling, *, missing_params: str
) -> Texts:
    """A mail in HTML has its text part as "text". Raises an Invalid with an entry for
    each field that is wrong."""
    problems = Problems()
    texts = {
        each.name: problems.gather(_text, one, each, filling, missing_params)
        for each in kind.content_fields
        if each.name != "body"
    }
    body = problems.gather(_body, one, kind, filling, missing_params)
    problems.raise_all()
    made = body or Body("", one.wording.body_type)
    filled = {name: text for name, text in texts.items() if text is not None}
    filled["body"] = made.body
    if made.text:
        filled["text"] = made.text
    path = f"{one.path}content"
    shown = _images(one, made)
    try:
        return Texts(kind.finish(filled, path=path), made.body_type, shown)
    except Invalid as error:
        theirs = f"{path}.{one.wording.body_key}"
        raise _respelled(error, f"{path}.body", theirs) from None


def stored(made: Texts, wording: Wording) -> dict[str, Any]:
    """What of words is kept with them; delivery/handover.py reads it."""
    return {
        "texts": dict(made.texts),
        "bodyType": made.body_type,
        "madeOf": dict(wording.made_of),
        "locale": wording.locale,
        "images": [
            [each.name, str(each.picture), each.content_type, each.filename]
            for each in made.images
        ],
    }


def _images(one: ChannelPlan, made: Body) -> tuple[Embedded, ...]:
    """Those that the body shows, to go along; raises UnknownImage and RenderLimit."""
    if made.body_type != "html":
        return ()
    field = f"{one.path}content.{one.wording.body_key}"
    known, names = one.wording.images, embedding.shown(made.body)
    for name in names:
        if name not in known:
            raise UnknownImage(f"{field}: {images.unknown(name)}").at(field)
    found = tuple(known[name] for name in names)
    if sum(each.size for each in found) > IMAGES_BYTES:
        text = _("%(field)s: its images together have more than %(limit)s MB.")
        limit = {"field": field, "limit": IMAGES_BYTES // 1_000_000}
        raise RenderLimit(text % limit).at(field)
    return found


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
    one: ChannelPlan, each: ContentField, filling: Filling, missing_params: str
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
            missing=gaps(missing_params, each),
            partials=wording.partials,
        )
    return needed(text, field) if each.required else text


def _body(
    one: ChannelPlan, kind: Channel, filling: Filling, missing_params: str
) -> Body:
    wording = one.wording
    field = f"{one.path}content.{wording.body_key}"
    each = next(each for each in kind.content_fields if each.name == "body")
    words = Words(
        needed(wording.texts.get("body") or "", field),
        wording.body_type if each.html else "text",
        wording.engine or "",
        wording.layout,
        wording.partials,
    )
    missing = gaps(missing_params, each)
    made = filling.body(words, one.params, field=field, missing=missing)
    needed(made.body, field)
    return made if each.html else replace(made, body_type=wording.body_type)


def needed(text: str, field: str) -> str:
    """The text; raises ContentMissing where it is none."""
    if not text.strip():
        raise ContentMissing(
            _("%(field)s is empty. Give a text, or a template that has one.")
            % {"field": field},
            field=field,
        )
    return text


def gaps(missing_params: str, each: ContentField) -> Literal["error", "empty"]:
    """A tenant may let a body have gaps; a subject never."""
    allowed = each.multiline and missing_params == "empty"
    return "empty" if allowed else "error"
