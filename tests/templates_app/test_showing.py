"""A version rendered with sample values."""

from __future__ import annotations

import pytest

from notify_project.errors import Invalid
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from templates_app.showing import keep_sample, show
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


def made(draft):
    return editing.create(
        TenantFactory(), name="one", channel_code="email", draft=draft
    )


def test_subjects_are_text_and_bodies_what_they_say_they_are():
    template = made(Draft("{{x}}", "{{x}}", "html"))

    shown = show(template.published, {"x": "<b>"})

    assert shown.texts == {"subject": "<b>", "body": "&lt;b&gt;", "text": "<b>"}
    assert shown.is_html


def test_a_mistake_in_one_text_leaves_the_other():
    template = made(Draft("{{missing}}", "fine"))

    shown = show(template.published, {})

    assert shown.texts == {"body": "fine"}
    assert "missing" in shown.problems[0]


def test_samples_are_stored_as_plain_json():
    template = made(Draft("a", "b"))

    keep_sample(template, {"x": [1, {"y": None}]})

    template.refresh_from_db()
    assert template.sample_params == {"x": [1, {"y": None}]}


def test_samples_that_no_rendering_would_take_are_refused():
    with pytest.raises(Invalid):
        keep_sample(made(Draft("a", "b")), {"x": "y" * 60_000})


def test_a_layout_is_shown_around_a_sentence():
    layout = editing.create(
        TenantFactory(),
        name="Letterhead",
        channel_code="email",
        draft=Draft("", "<h1>Ministry</h1>{{> content}}", "html"),
        purpose=Template.Purpose.LAYOUT,
    )

    shown = show(layout.published, {})

    assert shown.problems == ()
    assert "<h1>Ministry</h1><p>Here stands the text" in shown.texts["body"]
