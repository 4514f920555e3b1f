"""What the paths of a refusal are called on a layer's page, and where they stand.

`email.recipients.cc[1]` is the field `email_cc`, "E-mail, Copies (cc), 2nd": designers
see labels, and count from one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin import event_fields
from providers.channels.base import channel, channels
from tenants.admin.telling import ordinal

# Within a channel: what a path says, and the field that says it.
_FIELDS: Mapping[str, str] = {
    "": "mode",
    "recipients": "to",
    "recipients.to": "to",
    "recipients.cc": "cc",
    "recipients.bcc": "bcc",
    "content": "body",
    "content.subject": "subject",
    "content.title": "title",
    "content.body": "body",
    "content.message": "body",
    "content.bodyType": "body_type",
    "content.template": "template",
    "content.templateId": "template",
    "content.renderer": "template",
    "content.locale": "template",
    "template": "template",
    "sender": "sender",
    "from": "sender",
    "identityId": "sender",
    "account": "account",
    "provider": "account",
    "bodyType": "body_type",
    "defaultRenderer": "engine",
    "priority": "priority",
    "onUnknown": "on_unknown",
    "replyTo": "reply_to",
    "headers": "headers",
    "params": "params",
    "attachments": "document1",
}
# What has no field of its own, or none on the page of each channel.
_LABELS: Mapping[str, Any] = {
    "recipients": gettext_lazy("Recipients"),
    "attachments": gettext_lazy("Attachments"),
    "content.renderer": gettext_lazy("Template language"),
    "content.locale": gettext_lazy("Language"),
    "defaultRenderer": gettext_lazy("Template language"),
    "from": gettext_lazy("Sender"),
    "identityId": gettext_lazy("Sender"),
    "account": gettext_lazy("Account"),
    "provider": gettext_lazy("Account"),
}
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]")
_BEFORE = r"(?<![\w@./-])"
_PARAM = re.compile(_BEFORE + r"params((?:\.[\w-]+|\[\d+\])+)")


def field(path: str) -> str:
    """The form's field of a channel's path; "" for other paths."""
    found = _channels().fullmatch(path)
    if found is None:
        return ""
    steps = _steps(found["inner"])
    said, rest = _known(steps)
    return f"{found['code']}_{_field(said, rest)}" if said is not None else ""


def in_words(text: str) -> str:
    """`text` with the labels of the page in place of the paths of channels and params;
    what is no path that is known stays."""
    return _PARAM.sub(_param, _channels().sub(_named, text))


@cache
def _channels() -> re.Pattern[str]:
    codes = "|".join(re.escape(one.code) for one in channels())
    inner = r"(?P<inner>(?:\.[\w-]+|\[\d+\])*)"
    return re.compile(_BEFORE + rf"(?P<code>{codes})\b{inner}(?P<colon>:(?= ))?")


def _steps(path: str) -> list[str | int]:
    found = _STEP.finditer(path)
    return [int(one[2]) if one[2] else one[1] for one in found]


def _known(steps: list[str | int]) -> tuple[str | None, list[str | int]]:
    """As much of the path as has a field, and what follows."""
    for count in (2, 1):
        name = ".".join(map(str, steps[:count]))
        if len(steps) >= count and name in _FIELDS:
            return name, steps[count:]
    return (None, steps) if steps else ("", steps)


def _field(said: str, rest: list[str | int]) -> str:
    if said != "attachments" or not rest:
        return _FIELDS[said]
    name = f"document{int(rest[0]) + 1}"
    return f"{name}_filename" if "filename" in rest else name


def _named(found: re.Match[str]) -> str:
    label = _label(found)
    if not label:
        return found[0]
    # Other languages put a space before it.
    return _("%(label)s:") % {"label": label} if found["colon"] else label


def _label(found: re.Match[str]) -> str:
    """ "" for what no page has."""
    said, rest = _known(_steps(found["inner"]))
    if not said:
        return ""
    kind = channel(found["code"])
    labels = _labels(kind.code)
    if said == "attachments" and rest:
        number = ordinal(int(rest[0]) + 1)
        beyond = f"{_LABELS[said]}, {number}"  # more than there are fields for
        return f"{kind.label}, {labels.get(_field(said, rest), beyond)}"
    own = _LABELS.get(said) or labels.get(_FIELDS[said])
    parts = [_part(one) for one in rest]
    return ", ".join([str(kind.label), str(own), *parts]) if own else ""


@cache
def _labels(code: str) -> Mapping[str, Any]:
    """Of a channel's fields, by their names in it; translated when they are shown."""
    fields = event_fields.fields_of(channel(code))
    return {name.removeprefix(f"{code}_"): one.label for name, one in fields.items()}


def _part(step: str | int) -> str:
    return ordinal(step + 1) if isinstance(step, int) else step


def _param(found: re.Match[str]) -> str:
    path = _STEP.sub(
        lambda one: f" ({ordinal(int(one[2]) + 1)})" if one[2] else one[0], found[1]
    )
    return _("Param %(name)s") % {"name": path.removeprefix(".").strip()}
