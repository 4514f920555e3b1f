"""Document 003's examples, repaired (docs/decisions tell how), as they are tested."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "seed003_examples.json"


SAMPLE = "Sample template"
_NAMES = {"sample": SAMPLE}


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return found


def example(name: str) -> dict[str, Any]:
    """{"method", "path", "body", "expect"} of one example."""
    found: dict[str, Any] = next(one for one in _all()["examples"] if one["id"] == name)
    return deepcopy(found)


def body_of(name: str, **templates: str) -> dict[str, Any]:
    """The request body of one example; `sample="<GUID>"` is the sample template's."""
    text = json.dumps(example(name)["body"])
    for word, guid in templates.items():
        text = text.replace(f"$TEMPLATE:{_NAMES.get(word, word)}", guid)
    found: dict[str, Any] = json.loads(text)
    return found


def fixtures() -> dict[str, Any]:
    """Templates, groups and event types that the examples need."""
    return deepcopy(_all()["fixtures"])
