"""In which language a template speaks: language tags, and which wording they choose."""

from __future__ import annotations

import re
from collections.abc import Collection

_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


def is_tag(text: str) -> bool:
    """Whether it can be a language tag, such as en, fr-CA or zh_Hant."""
    return _TAG.fullmatch(text) is not None


def canonical(tag: str) -> str:
    """fr_ca as fr-CA, ZH-hant as zh-Hant: RFC 5646's way of writing a tag."""
    language, *rest = tag.replace("_", "-").split("-")
    written = {2: str.upper, 4: str.title}
    return "-".join(
        [language.lower(), *(written.get(len(one), str.lower)(one) for one in rest)]
    )


def chain(*wanted: str) -> tuple[str, ...]:
    """Each tag, then what it is a kind of: ("fr-CA", "fr", "en") of fr_CA and en.

    What is no tag is passed over.
    """
    found: dict[str, None] = {}
    for tag in wanted:
        parts = canonical(tag).split("-") if is_tag(tag) else []
        for count in range(len(parts), 0, -1):
            found["-".join(parts[:count])] = None
    return tuple(found)


def chosen(wanted: Collection[str], there: Collection[str], own: str) -> str:
    """The first that is wanted and there; else what the template itself is written in,
    `own`."""
    for tag in wanted:
        if tag in there or tag == own:
            return tag
    return own
