"""The mail that everybody sends, as a template and filled in; needs no Django."""

from __future__ import annotations

from typing import Any

SENDER = "notify@example.org"
SUBJECT = "Your application {{number}} has arrived"
BODY = """<h1>Dear {{name}}</h1>
<p>Your application <b>{{number}}</b> has arrived. You need not do anything now.</p>
<table>{{#each steps}}<tr><td>{{this}}</td></tr>{{/each}}</table>
<p>We will write to you as soon as it was looked at, usually within ten days. Please
keep this mail; the number above helps us to find your application.</p>
<p>With kind regards<br>The permits office</p>
"""
TEXT = "Your application {{number}} has arrived."
STEPS = ["Received", "Looked at", "Decided"]
_EACH = "{{#each steps}}<tr><td>{{this}}</td></tr>{{/each}}"


def params(key: str) -> dict[str, Any]:
    """What the template is filled with, different for each key."""
    return {"name": f"Jane {key}", "number": f"2026-{key}", "steps": STEPS}


def filled(key: str) -> tuple[str, str]:
    """Subject and body, filled in by the simplest means there are."""
    rows = "".join(f"<tr><td>{step}</td></tr>" for step in STEPS)
    return _filled(SUBJECT, key), _filled(BODY.replace(_EACH, rows), key)


def text(key: str) -> str:
    return _filled(TEXT, key)


def _filled(source: str, key: str) -> str:
    for name, value in params(key).items():
        source = source.replace("{{" + name + "}}", str(value))
    return source
