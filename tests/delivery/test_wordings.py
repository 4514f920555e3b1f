"""A wording that is kept for later is the same when it is read."""

from __future__ import annotations

import json
from dataclasses import replace

from delivery import wordings
from delivery.plan import ServicePlan, Wording
from notify_project.db.ids import uuid7
from templates_app.embedding import Embedded
from templates_app.shapes import Layout

WORDING = Wording(
    {"subject": "S", "body": "B"},
    "html",
    "handlebars",
    echo={"renderer": "hbs"},
    template="T",
    layout=Layout("{{> content}}", "handlebars"),
    partials={"foot": "Bye"},
    made_of={"T": 3},
    locale="fr",
    images={"logo": Embedded("logo", uuid7(), "image/png", 7, "logo.png")},
)


def test_what_is_kept_as_json_reads_as_it_was():
    assert wordings.read(json.loads(json.dumps(wordings.stored(WORDING)))) == WORDING


def test_who_fills_it_in_is_kept_elsewhere():
    service = ServicePlan(id=uuid7(), required=(), fixed={}, taken={})

    kept = wordings.stored(replace(WORDING, service=service))

    assert wordings.read(json.loads(json.dumps(kept))) == WORDING


def test_a_plan_of_words_has_nobody_who_gets_them():
    plan = wordings.plan_of("email", WORDING, {"a": 1}, "email.")

    assert (plan.to, plan.fan_outs) == ((), ())
    assert (plan.wording, plan.params, plan.path) == (WORDING, {"a": 1}, "email.")
