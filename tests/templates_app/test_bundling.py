"""Wording as plain data, and back."""

from __future__ import annotations

import pytest

from templates_app import bundling, editing
from templates_app.drafts import Draft
from templates_app.errors import InvalidTemplate
from templates_app.models import Template
from tests.tenants.factories import TenantFactory


def entry(name: str, purpose: str = "template", **said: object) -> bundling.Entry:
    values = {"name": name, "purpose": purpose, "channel": "email", **said}
    return {**bundling.TEMPLATE, **values}


def test_what_is_called_comes_before_what_calls_it():
    given = [
        entry("letter", body="{{> foot}}"),
        entry("head", "layout", body="{{> content}}{{> foot}}"),
        entry("foot", "partial", body="{{> address}}"),
        entry("address", "partial", body="1 Main St"),
    ]

    names = [one["name"] for one in bundling.in_order(given)]

    assert names == ["address", "foot", "head", "letter"]


def test_a_call_in_another_language_counts_too():
    given = [
        entry("foot", "partial", variants={"fr": {"body": "{{> address}}"}}),
        entry("address", "partial", body="x"),
    ]

    assert [one["name"] for one in bundling.in_order(given)] == ["address", "foot"]


def test_of_a_circle_all_are_there():
    given = [
        entry("one", "partial", body="{{> two}}"),
        entry("two", "partial", body="{{> one}}"),
    ]

    assert len(bundling.in_order(given)) == 2


@pytest.mark.django_db
class TestPut:
    def test_a_draft_that_is_there_stays(self):
        tenant = TenantFactory()
        made = editing.create(
            tenant, name="W", channel_code="email", draft=Draft("Hello", "old")
        )
        editing.change(tenant, made.id, publish=False, body="somebody works on this")

        word, _row = bundling.put_template(
            tenant, entry("w", subject="Hello", body="new"), None
        )

        there = Template.for_tenant(tenant).get()
        draft = editing.open_draft(there)
        assert (word, there.published.body) == ("changed", "new")
        assert draft is not None
        assert draft.body == "somebody works on this"

    def test_a_layout_that_is_not_there_is_told(self):
        with pytest.raises(InvalidTemplate, match="no layout Head here"):
            bundling.put_template(
                TenantFactory(), entry("W", subject="S", body="B", layout="Head"), None
            )

    def test_what_was_never_published_is_not_taken_out(self):
        tenant = TenantFactory()
        words = Draft("Hello", "words")
        editing.create(
            tenant, name="W", channel_code="email", draft=words, publish=False
        )

        assert bundling.templates_of(tenant) == []
