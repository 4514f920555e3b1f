"""What the form tells while somebody writes, asked for as its script does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from templates_app import editing, showing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import Tenant
from tests.templates_app import parts
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory(locale="en")


@pytest.fixture
def template(tenant: Tenant) -> Template:
    draft = Draft("For {{name}}", "<b>{{name}}</b>{{amount}}", "html")
    made = editing.create(
        tenant, name="Welcome", channel_code="email", draft=draft, locale="en"
    )
    showing.keep_sample(made, {"name": "Jane"})
    return made


def someone(tenant: Tenant, role: str = "designer") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def look(client: Client, template: Template, query: str = "", **typed: str) -> Any:
    url = reverse("admin:templates_app_template_look", args=[template.pk])
    given = {"subject": "Hi", "body": "Hello", "body_type": "html", **typed}
    return client.post(f"{url}?{query}", given)


def test_params_come_with_the_word_whether_there_is_a_sample(tenant, template):
    told = look(someone(tenant), template, body="{{name}} {{amount}}").json()

    assert told["params"] == [
        {"name": "amount", "sample": False},
        {"name": "name", "sample": True},
    ]
    assert told["mistakes"] == []
    assert "shown" not in told
    template.refresh_from_db()
    assert template.versions.count() == 1, "nothing is saved"


def test_mistakes_come_with_field_line_and_column(tenant, template):
    [mistake] = look(someone(tenant), template, body="fine\n{{#if a}}").json()[
        "mistakes"
    ]

    assert (mistake["field"], mistake["line"] > 0) == ("body", True)
    assert mistake["message"].startswith("Line ")


def test_what_comes_of_it_is_shown_with_the_samples(tenant, template):
    shown = look(someone(tenant), template, "show=1", body="<i>{{name}}</i>").json()[
        "shown"
    ]

    assert "<i>Jane</i>" in shown["texts"]["body"]
    assert shown["isHtml"] is True
    missing = look(someone(tenant), template, "show=1", body="{{amount}}").json()
    assert "amount" in missing["shown"]["problems"][0]


def test_in_another_language_its_own_words_are_looked_at(tenant, template):
    told = look(someone(tenant), template, "language=fr&show=1", body="{{#if a}}")

    assert [one["field"] for one in told.json()["mistakes"]] == ["body"]
    good = look(someone(tenant), template, "language=fr&show=1", body="<p>Oui</p>")
    assert "<p>Oui</p>" in good.json()["shown"]["texts"]["body"]


def test_a_language_that_nobody_wrote_yet_has_no_mistake(tenant, template):
    told = look(someone(tenant), template, "language=fr", subject="", body=" ")

    assert told.json()["mistakes"] == []


def test_of_one_that_is_not_saved_yet_it_works_as_well(tenant):
    url = reverse("admin:templates_app_template_look_new")

    answer = someone(tenant).post(f"{url}?channel=sms", {"body": "{{name}}"})

    assert answer.json()["params"] == [{"name": "name", "sample": False}]
    assert someone(tenant).post(f"{url}?channel=pigeon", {}).status_code == 404
    assert not Template.for_tenant(tenant).exists()


def test_only_who_may_write_may_ask(tenant, template):
    stranger = someone(TenantFactory(), "admin")
    url = reverse("admin:templates_app_template_look_new")

    assert look(stranger, template).status_code == 404
    assert look(someone(tenant, "support"), template).status_code == 403
    assert someone(tenant, "support").post(f"{url}?channel=sms").status_code == 403
    assert someone(tenant).get(f"{url}?channel=sms").status_code == 405


def test_without_scripts_the_page_lists_the_params_when_it_is_loaded(tenant, template):
    url = reverse("admin:templates_app_template_change", args=[template.pk])

    page = someone(tenant).get(url).content.decode()

    listed = re.findall(r"<li><code>(\w+)</code>(.*?)</li>", page)
    assert [name for name, _badge in listed] == ["amount", "name"]
    assert "no sample" in listed[0][1]
    assert "no sample" not in listed[1][1]
    assert 'id="notify-found"' not in someone(tenant, "support").get(url).text


def test_the_words_to_be_translated_stand_beside_and_what_lacks_is_marked(
    tenant, template
):
    french = {"fr": {"body": "Salutations"}}
    parts.partial(tenant, "footer", "Yours", variants=french)
    body = "Good day {{> footer}}"
    editing.change(tenant, template.id, body=body, publish=False)
    url = reverse("admin:templates_app_template_change", args=[template.pk])

    page = someone(tenant).get(f"{url}?language=fr").content.decode()

    assert '<pre class="notify-text">Good day {{&gt; footer}}</pre>' in page
    assert re.search(r'language=fr">fr</a> <span[^>]*>missing</span>', page)
