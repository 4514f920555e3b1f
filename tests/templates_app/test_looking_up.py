"""What a request calls a template, and which one that is."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app import editing, looking_up
from templates_app.editing import Draft
from templates_app.errors import TemplateWrongChannel, UnknownTemplate
from templates_app.models import Template
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def letter(tenant: Tenant) -> Template:
    draft = Draft("S", "B")
    return editing.create(tenant, name="A Letter", channel_code="email", draft=draft)


def find(tenant: Tenant, reference: str, channel: str = "email") -> looking_up.Found:
    return looking_up.find(
        tenant.id, reference, channel=channel, field="content.template"
    )


def test_by_id_or_name_in_any_case(
    tenant: Tenant, letter: Template, django_assert_num_queries: Any
):
    for reference in (str(letter.id), letter.id.hex.upper(), "A Letter", "a LETTER"):
        with django_assert_num_queries(1):
            assert find(tenant, reference).body == "B"


def test_the_published_version_is_found(tenant: Tenant, letter: Template):
    editing.revise(letter, draft=Draft("S", "New"))

    assert find(tenant, "A Letter").body == "New"


@pytest.mark.parametrize("reference", ["Letter", "A%", "", "A Letter ", "\u202e"])
def test_nothing_but_the_very_name(tenant: Tenant, letter: Template, reference: str):
    with pytest.raises(UnknownTemplate) as caught:
        find(tenant, reference)

    assert caught.value.errors[0].field == "content.template"


def test_anothers_template_is_unknown(tenant: Tenant, letter: Template):
    for reference in (str(letter.id), letter.name):
        with pytest.raises(UnknownTemplate):
            find(TenantFactory(), reference)


def test_one_of_another_channel_is_refused(tenant: Tenant, letter: Template):
    with pytest.raises(TemplateWrongChannel, match="sms"):
        find(tenant, "A Letter", "sms")
