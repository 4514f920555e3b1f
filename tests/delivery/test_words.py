"""The words of a channel: rendered, with their layout, told by their field."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.filling import Filling
from delivery.plan import Wording
from delivery.words import texts_of
from notify_project.errors import Invalid
from providers.channels.base import channel
from templates_app.shapes import Layout
from tests.delivery.accepted import email_plan


def made(
    wording: Wording, params: dict[str, Any], missing_params: str = "error"
) -> Any:
    one = email_plan(wording=wording, params=params, path="email.")
    return texts_of(one, channel("email"), Filling(), missing_params=missing_params)


def letter(body: str, body_type: str = "text", **more: Any) -> Wording:
    texts = {"subject": "For {{name}}", "body": body}
    return Wording(texts, body_type, "handlebars", **more)


def test_layout_and_partials_are_in_the_body_and_partials_in_the_subject():
    wording = letter(
        "Dear {{name}}",
        layout=Layout("{{> content}} -- {{> foot}}", "handlebars"),
        partials={"foot": "{{place}}"},
    )

    texts = made(wording, {"name": "Jane", "place": "Victoria"})

    assert texts.texts == {"subject": "For Jane", "body": "Dear Jane -- Victoria"}


def test_html_has_its_text_part_beside_it():
    made_of = made(letter("# Dear {{name}}", "markdown"), {"name": "Jane"})

    assert made_of.body_type == "html"
    assert made_of.texts["body"].strip() == "<h1>Dear Jane</h1>"
    assert made_of.texts["text"] == "Dear Jane"


@pytest.mark.parametrize("body", ["", " \n", "{{name}}"])
def test_a_body_that_comes_out_empty_is_told(body: str):
    with pytest.raises(Invalid) as refused:
        made(letter(body), {"name": " "})

    assert "email.content.body" in [one.field for one in refused.value.errors]


def test_gaps_are_allowed_in_bodies_only():
    with pytest.raises(Invalid) as refused:
        made(letter("Dear {{nobody}}!"), {}, missing_params="empty")

    assert [one.field for one in refused.value.errors] == ["email.content.subject"]
