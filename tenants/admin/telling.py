"""How the admin tells a refusal: by the labels of its fields, not by paths of the API.

An app whose refusals name paths registers what reads them: `email.recipients.cc[1]` is
"E-mail, Copies (cc), 2nd" then, on whatever page it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify_project.errors import NotifyError

# A text, with the labels in place of the paths that it knows.
Reader = Callable[[str], str]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Have it read all that the admin tells."""
    _readers.append(reader)


def in_words(text: str) -> str:
    """`text` with labels in place of paths."""
    for read in _readers:
        text = read(text)
    return text


def sentences(refusal: NotifyError) -> tuple[str, ...]:
    """Each that it tells, once; with its field, where that has a label and the sentence
    does not name it."""
    told = (_sentence(one.field, one.message) for one in refusal.errors)
    return tuple(dict.fromkeys(told)) or (in_words(refusal.message),)


def tell(request: HttpRequest, refusal: NotifyError) -> None:
    """Above the next page."""
    for text in sentences(refusal):
        messages.error(request, text)


def _sentence(field: str, message: str) -> str:
    label = in_words(field)
    if label == field or field in message:
        return in_words(message)
    return labelled(label, in_words(message))


def labelled(label: object, text: object) -> str:
    """ "Label: text"; French has a space before the colon."""
    return _("%(label)s: %(text)s") % {"label": label, "text": text}


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    if number == 1:
        return _("1st")
    teens = number % 100 in (11, 12, 13)
    text = _ENDINGS.get(0 if teens else number % 10, _ENDINGS[0])
    return str(text) % {"number": number}


_ENDINGS: Mapping[int, Any] = {
    0: gettext_lazy("%(number)sth"),
    1: gettext_lazy("%(number)sst"),
    2: gettext_lazy("%(number)snd"),
    3: gettext_lazy("%(number)srd"),
}
