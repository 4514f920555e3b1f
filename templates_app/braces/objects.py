"""Objects that a template prints: they have no text, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from django.utils.translation import gettext as _

from templates_app.braces.values import object_in
from templates_app.errors import ObjectPrinted, shown

_LISTED = 6
_TOLD = 5
# A name seen from the top; that of one row, rows[], begins nothing that can be written.
_IS_PATH = re.compile(r"[^\s\[\]@]+")


def refusal(printed: Mapping[str, object]) -> ObjectPrinted:
    """Of the values that were printed, by their names; each is an object or a list that
    holds one."""
    told = (_told(*one) for one in islice(printed.items(), _TOLD))
    return ObjectPrinted(" ".join(told))


def _told(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        before = f"{name}." if _IS_PATH.fullmatch(name) else ""
        fields = _fields(value, before)
        text = _("%(name)s is an object. Name one of its fields: %(fields)s.")
    else:
        fields = _fields(object_in(value) or {}, "")
        text = _(
            "%(name)s is a list of objects. Repeat a part of the text for each, and "
            "name one of their fields there: %(fields)s."
        )
    if not fields:
        text = _("%(name)s is an object without fields. Give it as text.")
    return text % {"name": shown(name or "this"), "fields": fields}


def _fields(value: Mapping[str, object], before: str) -> str:
    names = [before + shown(one) for one in islice(value, _LISTED)]
    return ", ".join(names) + (", …" if len(value) > _LISTED else "")
