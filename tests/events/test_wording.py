"""The words before rendering: where they come from, and whether they are rendered."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.plan import Wording
from events import wording
from events.errors import InvalidField
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.errors import (
    EngineNotAllowed,
    TemplateWrongChannel,
    UnknownEngine,
    UnknownTemplate,
)
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def template(tenant: Tenant) -> str:
    draft = Draft("S {{a}}", "B {{a}}", "html", "handlebar")
    made = editing.create(tenant, name="Letter", channel_code="email", draft=draft)
    return str(made.id)


def of(tenant: Tenant, channel: str = "email", **values: Any) -> Wording:
    params = values.pop("params", {})
    spelling = values.pop("spelling", {})
    return wording.of(
        tenant, channel, values, params=params, spelling=spelling, path=f"{channel}."
    )


TEXTS = {"subject": "S", "body": "B {{a}}"}


@pytest.mark.parametrize(
    ("values", "engine"),
    [
        ({"content": TEXTS}, None),
        ({"content": TEXTS, "params": {"a": 1}}, "handlebars"),
        ({"content": {**TEXTS, "renderer": "mustache"}}, "mustache"),
        ({"content": TEXTS, "spelling": {"template": "template"}}, "handlebars"),
        ({"content": TEXTS, "defaultRenderer": "plain"}, None),
        ({"content": TEXTS, "defaultRenderer": "plain", "params": {"a": 1}}, "plain"),
    ],
    ids=["verbatim", "params", "renderer", "in place", "default", "default, params"],
)
def test_it_is_rendered_when_there_is_reason_to(
    tenant: Tenant, values: Any, engine: Any
):
    assert of(tenant, **values).engine == engine


def test_a_template_brings_texts_body_type_and_engine(tenant: Tenant, template: str):
    found = of(tenant, content={"template": template})

    assert found.texts == {"subject": "S {{a}}", "body": "B {{a}}"}
    assert found.body_type == "html"
    assert found.engine == "handlebar"
    assert found.echo == {"renderer": "handlebar", "bodyType": "html"}


def test_what_stands_beside_a_template_wins_field_by_field(
    tenant: Tenant, template: str
):
    content = {"template": template, "subject": "Own", "renderer": "mustache"}

    found = of(tenant, content=content)

    assert found.texts == {"subject": "Own", "body": "B {{a}}"}
    assert found.engine == "mustache"
    assert found.body_type == "html"


def test_the_channel_says_the_body_type_where_nobody_does(tenant: Tenant):
    assert of(tenant, content=TEXTS).body_type == "text"
    assert of(tenant, content=TEXTS).echo == {}
    assert of(tenant, content=TEXTS, bodyType="html").body_type == "html"


@pytest.mark.parametrize(
    ("channel", "spelling", "key"),
    [
        ("email", {}, "body"),
        ("sms", {"body": "body"}, "body"),
        ("sms", {"body": "message"}, "message"),
        ("sms", {}, "message"),
        ("msgApp", {"body": "body"}, "body"),
    ],
)
def test_the_body_keeps_its_callers_name(
    tenant: Tenant, channel: str, spelling: Any, key: str
):
    content = {"body": "B"}

    assert of(tenant, channel, content=content, spelling=spelling).body_key == key


@pytest.mark.parametrize(
    ("channel", "content", "error", "field"),
    [
        ("email", {"template": "no"}, UnknownTemplate, "email.content.template"),
        ("sms", {"template": "Letter"}, TemplateWrongChannel, "sms.content.template"),
        ("email", {"renderer": "word"}, UnknownEngine, "email.content.renderer"),
        ("email", {"renderer": "jinja"}, EngineNotAllowed, "email.content.renderer"),
        ("sms", {"bodyType": "html"}, InvalidField, "sms.content.bodyType"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    tenant: Tenant, template: str, channel: str, content: Any, error: Any, field: str
):
    with pytest.raises(error) as caught:
        of(tenant, channel, content=content)

    assert caught.value.errors[0].field == field


def test_the_callers_name_of_the_template_is_in_the_error(tenant: Tenant):
    with pytest.raises(UnknownTemplate) as caught:
        of(tenant, content={"template": "x"}, spelling={"template": "templateId"})

    assert caught.value.errors[0].field == "email.content.templateId"


def test_without_a_template_nothing_is_asked_of_the_database(
    tenant: Tenant, django_assert_num_queries: Any
):
    with django_assert_num_queries(0):
        of(tenant, content=TEXTS)


def test_a_template_costs_one_query(
    tenant: Tenant, template: str, django_assert_num_queries: Any
):
    of(tenant, content={"template": template})
    with django_assert_num_queries(1):
        of(tenant, content={"template": template})
