"""The params that a template reads, with those of its layout and partials."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app import editing
from templates_app.models import Template
from templates_app.reading import Reader, names
from tenants.models import Tenant
from tests.templates_app.parts import layout, partial, template
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def read(one: Template) -> list[str]:
    found = editing.find(one.tenant, one.id)
    return Reader(one.tenant_id).params(found.published, "email")


def test_layouts_and_partials_are_read_too(tenant: Tenant):
    partial(tenant, "office", "{{phone}}")
    partial(tenant, "footer", "{{> office}} {{fax}}")
    frame = layout(tenant, "Frame", "{{title}}{{> content}}{{> footer}}")
    letter = template(tenant, "Letter", "{{name}}", body_type="text", layout=frame.id)

    assert read(letter) == ["fax", "name", "phone", "title"]


def test_partials_that_nobody_calls_cost_no_query(
    tenant: Tenant, django_assert_num_queries: Any
):
    version = editing.find(tenant, template(tenant, "Letter", "{{name}}").id).published

    with django_assert_num_queries(0):
        assert Reader(tenant.id).params(version, "email") == ["name"]


def test_of_what_cannot_be_read_nothing_is_told():
    assert names("", "{{a}} {{b.c}}") == {"a", "b.c"}
    assert names("jinja", "{{ a }}") == frozenset()
    assert names("", "{{a") == frozenset()
    assert Reader(TenantFactory().id).params(None, "email") == []
