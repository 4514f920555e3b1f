"""A query that is written once answers as the one that is written each time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from notify_project.db.written import Written
from templates_app.models import Template
from tenants.models import Tenant
from tests.templates_app.parts import template
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

COLUMNS = ("id", "name", "sample_params", "created_at")


def by_name(tenant_id: UUID, name: str) -> QuerySet[Template, tuple[Any, ...]]:
    rows = Template.for_tenant(tenant_id).filter(purpose="template")
    folded = rows.alias(folded=Lower("name")).filter(folded=Lower(Value(name)))
    return folded.order_by().values_list(*COLUMNS)


ASKED = Written(by_name, UUID(int=1), "a name")


@pytest.mark.parametrize("name", ["Welcome", "100 %", "o'clock_", "a name", "%s"])
def test_answers_as_django_does(name: str) -> None:
    tenant: Tenant = TenantFactory()
    template(tenant, name, "Hello")
    template(TenantFactory(), name, "Another tenant's")

    found = ASKED.rows(tenant.id, name.upper())

    assert found == list(by_name(tenant.id, name))
    assert len(found) == 1


def test_no_rows_for_what_is_not_there() -> None:
    template(TenantFactory(), "Welcome", "Hello")

    assert ASKED.rows(UUID(int=7), "Welcome") == []


def test_a_value_that_the_query_changes_is_refused_at_once() -> None:
    def like(name: str) -> QuerySet[Template, tuple[Any, ...]]:
        rows = Template.across_tenants().filter(name__contains=name)
        return rows.values_list("id")

    with pytest.raises(TypeError, match="as it is"):
        Written(like, "a name").rows("Welcome")
