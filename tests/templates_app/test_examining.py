"""A draft while it is typed: its params and all its mistakes, and nothing saved."""

from __future__ import annotations

import pytest

from templates_app.drafts import Draft
from templates_app.examining import examine
from templates_app.models import Template, TemplateVersion
from tenants.models import Tenant
from tests.templates_app import parts
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory()


@pytest.fixture
def template(tenant: Tenant) -> Template:
    """Not saved yet."""
    return Template(tenant=tenant, channel="email", purpose="template")


def test_params_are_those_of_layout_and_partials_too(tenant, template):
    parts.partial(tenant, "footer", "{{office}}")
    frame = parts.layout(tenant, "Frame", "{{brand}} {{> content}}")
    draft = Draft("For {{name}}", "{{> footer}} {{#each rows}}{{price}}{{/each}}")

    found = examine(template, Draft(draft.subject, draft.body, "text", "", frame.id))

    assert set(found.params) >= {"brand", "name", "office"}
    assert [one for one in found.params if one.startswith("rows")]
    assert found.mistakes == ()
    assert not TemplateVersion.for_tenant(tenant).filter(template=template).exists()


def test_every_mistake_is_told_with_its_place(template):
    draft = Draft("Hello {{name", "fine\n{{#if a}}\n{{> nowhere}}", "text")

    found = examine(template, draft)

    assert {(one.field, one.line > 0) for one in found.mistakes} >= {
        ("subject", True),
        ("body", True),
    }
    assert all(one.message.startswith("Line ") for one in found.mistakes)


def test_what_only_saving_would_refuse_is_told_too(template):
    [mistake] = examine(template, Draft("", "Hello", "text")).mistakes

    assert (mistake.field, mistake.message) == ("subject", "Give a subject.")


def test_a_language_that_is_not_ours_is_a_mistake_and_no_error(template):
    [mistake] = examine(template, Draft("S", "x", "text", "cobol")).mistakes

    assert "cobol" in mistake.message


def test_no_layout_of_another_tenant_is_read(template):
    theirs = parts.layout(TenantFactory(), "Frame", "{{secret}} {{> content}}")

    found = examine(template, Draft("S", "x", "text", "", theirs.id))

    assert found.params == ()
    assert [one.field for one in found.mistakes] == ["layout"]
