"""What the fields of a file of designs are called on the page that compares two."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from events.admin import places
from providers.channels.base import UnknownChannel, channel

_LABELS: Mapping[str, str | Promise] = {
    "name": _("name"),
    "aliases": _("Aliases"),
    "displayName": _("name for people"),
    "description": _("description"),
    "category": _("category"),
    "urgency": _("Urgency"),
    "mandatory": _("Mandatory"),
    "tags": _("Tags"),
    "expiresAfterSeconds": _("Expires after (seconds)"),
    "idempotencyWindowSeconds": _("Equal requests count as one for (seconds)"),
    "paramsSchema": _("Expected params"),
    "sampleParams": _("Sample params"),
    "params": _("Defaults of params"),
    "purpose": _("purpose"),
    "channel": _("channel"),
    "locale": _("Language"),
    "subject": _("Subject"),
    "body": _("Text"),
    "bodyType": _("The text is"),
    "engine": _("Template language"),
    "layout": _("Layout"),
    "content": _("Picture"),
}
_OF_CHANNEL = re.compile(r"channels\.(?P<code>[^.]+)\.(?:values\.)?(?P<rest>.+)")
_OF_LANGUAGE = re.compile(r"variants\.(?P<tag>[^.]+)\.(?P<name>.+)")


def label(field: str) -> str:
    """Of a path in an entry, as in channels.email.values.recipients.cc; what no page
    has stays."""
    if found := _OF_CHANNEL.fullmatch(field):
        return _in_channel(found["code"], found["rest"])
    if found := _OF_LANGUAGE.fullmatch(field):
        return f"{label(found['name'])} ({found['tag']})"
    return capfirst(str(_LABELS.get(field, field)))


def _in_channel(code: str, rest: str) -> str:
    if rest != "on":
        return places.in_words(f"{code}.{rest}")
    try:
        kind = channel(code)
    except UnknownChannel:
        return f"{code}.{rest}"
    return f"{kind.label}, {_('sends over this channel')}"
