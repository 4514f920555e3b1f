"""Words that a service outside fills in: what it is given, and what comes of it.

When a request is accepted it is fixed what the service will be given, and what is
missing is said at once; nobody is called, since a service may be slow or down. A worker
has the texts filled in before the message goes on (delivery/making.py), once for all
who get them; a preview has it done at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from delivery import documents, wordings, words
from delivery.composed import ComposedChannel
from delivery.documents import Services
from delivery.filling import Filling
from delivery.models import Content
from delivery.plan import ChannelPlan, ServicePlan
from delivery.problems import Problems
from delivery.words import Texts
from providers.channels.base import Channel, ContentField, channel
from providers.downstream import ServiceUnavailable
from providers.services import TextOrder, TextService
from templates_app.bodies import HTML_TYPES
from templates_app.engines import registry
from templates_app.errors import MissingParams, TextRefused
from templates_app.shapes import Words

Recipe = Mapping[str, Any]
KEPT = "outside"  # where it stands in a content's body, until it is made


def asked(
    one: ChannelPlan, service: ServicePlan, filling: Filling, *, missing_params: str
) -> Recipe:
    """What the service will be given and what will be made of its answer, as plain
    JSON. Raises an Invalid with an entry for each field that is wrong."""
    kind = channel(one.channel)
    field = f"{one.path}content.renderer"
    data = documents.data_for(service, one.params, field=field, params_field=field)
    problems = Problems()
    for each in kind.content_fields:
        problems.gather(_ensure_there, one, each, data, missing_params)
    problems.raise_all()
    _ensure_around(one, kind, filling, missing_params)
    return {
        "service": str(service.id),
        "data": data,
        "channel": one.channel,
        "params": dict(one.params),
        "missing": missing_params,
        "path": one.path,
        "wording": wordings.stored(replace(one.wording, engine=None)),
    }


def unmade(one: ChannelPlan) -> Texts:
    """What stands for the words meanwhile: as their author wrote them."""
    body = next(
        each for each in channel(one.channel).content_fields if each.name == "body"
    )
    html = _is_html(one.wording.body_type, body)
    return Texts(dict(one.wording.texts), "html" if html else one.wording.body_type)


def filled(recipe: Recipe, services: Services) -> Mapping[str, Any]:
    """The words as a content's body has them; takes seconds, touches no table.

    Raises an Invalid where they never can be made, Unavailable where they can be later.
    """
    wording = wordings.read(recipe["wording"])
    return words.stored(_texts(recipe, services), wording)


def finished(one: ComposedChannel) -> ComposedChannel:
    """With its words, filled in now if they are not; raises what `filled` does."""
    if one.outside is None:
        return one
    made = _texts(one.outside, documents.services_of([one.outside]))
    return replace(
        one,
        texts=made.texts,
        body_type=made.body_type,
        images=made.images,
        outside=None,
    )


def keep(content_id: UUID, made: Mapping[str, Any]) -> None:
    """Store them, part of the caller's transaction. What another worker has stored
    meanwhile stays: it may be under way."""
    rows = Content.across_tenants().filter(id=content_id)
    rows.update(channel=F("channel"))  # whoever stores it just now is waited for
    row = rows.first()
    if row is None or KEPT not in row.body:
        return
    rest = {name: value for name, value in row.body.items() if name != KEPT}
    row.body = {**rest, **made}
    row.save(update_fields=["body"])


def _texts(recipe: Recipe, services: Services) -> Texts:
    service = services.get(recipe["service"])
    if not isinstance(service, TextService):
        raise ServiceUnavailable(
            _("The service is switched off, or its settings are not complete.")
        )
    kind, wording = channel(recipe["channel"]), wordings.read(recipe["wording"])
    texts: dict[str, str] = {}
    for each in kind.content_fields:
        if source := wording.texts.get(each.name):
            html = _is_html(wording.body_type, each)
            with documents.as_ours(TextRefused):
                texts[each.name] = service.fill(
                    TextOrder(source, recipe["data"], html=html)
                )
    plan = wordings.plan_of(
        kind.code, replace(wording, texts=texts), recipe["params"], recipe["path"]
    )
    return words.texts_of(plan, kind, Filling(), missing_params=recipe["missing"])


def _ensure_there(
    one: ChannelPlan, each: ContentField, data: Mapping[str, Any], missing_params: str
) -> None:
    """A text that is needed, and all params that it prints."""
    name = one.wording.body_key if each.name == "body" else each.name
    field = f"{one.path}content.{name}"
    source = one.wording.texts.get(each.name) or ""
    if each.required:
        words.needed(source, field)
    engine = registry.outside(one.wording.engine or "")
    if engine is None or words.gaps(missing_params, each) == "empty":
        return
    with documents.as_ours(TextRefused, field):
        lacking = engine.speaks.lacks(source, data)
    if lacking:
        raise MissingParams(lacking).at(field)


def _ensure_around(
    one: ChannelPlan, kind: Channel, filling: Filling, missing_params: str
) -> None:
    """What the layout needs is there: it is tried around the text as it was written."""
    wording = one.wording
    body = next(each for each in kind.content_fields if each.name == "body")
    if not wording.layout:
        return
    filling.body(
        Words(
            wording.texts["body"],
            wording.body_type,
            "",
            wording.layout,
            wording.partials,
        ),
        one.params,
        field=f"{one.path}content.{wording.body_key}",
        missing=words.gaps(missing_params, body),
    )


def _is_html(body_type: str, each: ContentField) -> bool:
    return each.name == "body" and each.html and body_type in HTML_TYPES
