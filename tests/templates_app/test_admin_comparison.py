"""Versions side by side, as a designer sees them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from templates_app import editing, publishing
from templates_app.drafts import Draft
from templates_app.models import Template
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def template() -> Template:
    """Three versions; the second is sent, the third a draft."""
    draft = Draft("Hello {{name}}", "Well done", "text")
    made = editing.create(
        TenantFactory(), name="Welcome", channel_code="email", draft=draft
    )
    change(made, body="Well written")
    publishing.publish(made)
    change(made, variants={"fr": {"subject": "Bonjour", "body": "Bravo <b>"}})
    return made


def change(template: Template, **wording) -> None:
    editing.change(template.tenant, template.id, publish=False, **wording)


def shown(template: Template, role: str = "designer", **asked) -> str:
    client = Client()
    client.force_login(MembershipFactory(tenant=template.tenant, role=role).user)
    url = reverse("admin:templates_app_template_compare", args=[template.pk])
    answer = client.get(url, asked)
    return answer.content.decode() if answer.status_code == 200 else ""


def marked(page: str) -> list[str]:
    return re.findall(r"<(?:del|ins)>(.*?)</(?:del|ins)>", page)


def test_the_words_that_differ_are_marked(template):
    assert marked(shown(template, before=1, after=2)) == ["done", "written"]
    assert marked(shown(template, before=2, after=1)) == ["written", "done"]


def test_a_draft_stands_beside_what_is_sent(template):
    page = shown(template, role="support")

    assert marked(page) == ["Bonjour", "Bravo &lt;b&gt;"]
    assert "Subject (fr)" in page


def test_a_published_version_stands_beside_the_one_before(template):
    assert marked(shown(template, after=2)) == ["done", "written"]
    assert "Nothing differs." in shown(template, after=1)


@pytest.mark.parametrize("number", ["9", "-1", "x", "9" * 30])
def test_a_version_that_is_not_there_is_not_found(template, number):
    assert shown(template, before=number) == ""


def test_the_list_of_versions_leads_there(template):
    client = Client()
    client.force_login(MembershipFactory(tenant=template.tenant, role="support").user)

    page = client.get(
        reverse("admin:templates_app_template_change", args=[template.pk])
    ).content.decode()

    links = re.findall(r'href="[^"]*/compare/\?after=(\d)"', page)
    assert links == ["3", "2"]
