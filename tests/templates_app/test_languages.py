"""Languages that a template lacks, so that nobody gets a mail in two of them."""

from __future__ import annotations

import pytest

from templates_app import languages
from templates_app.models import Template
from tenants.models import Tenant
from tests.templates_app import parts
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
FRENCH = {"fr": {"body": "Salutations"}}


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory(locale="en")


def lacking(template: Template, locale: str = "en") -> list[str]:
    template.locale = locale
    assert template.published is not None
    return languages.lacking(template, template.published)


def test_what_the_layout_and_the_partials_speak_is_lacking(tenant: Tenant):
    parts.partial(tenant, "footer", "Yours", variants=FRENCH)
    german = {"de": {"body": "[{{> content}}]"}}
    frame = parts.layout(tenant, "Frame", "({{> content}})", variants=german)
    template = parts.template(
        tenant, "T", "x {{> footer}}", body_type="text", layout=frame.id
    )

    assert lacking(template) == ["de", "fr"]


def test_the_tenants_own_language_is_lacking(tenant: Tenant):
    assert lacking(parts.template(tenant, "T", "x"), "fr") == ["en"]


def test_a_language_serves_its_kinds(tenant: Tenant):
    canadian = {"fr-CA": {"body": "Salutations"}}
    parts.partial(tenant, "footer", "Yours", variants=canadian)
    french = {"fr": {"subject": "S", "body": "x"}}

    template = parts.template(tenant, "T", "x {{> footer}}", variants=french)

    assert lacking(template) == []


def test_of_words_in_no_named_language_nothing_is_said(tenant: Tenant):
    parts.partial(tenant, "footer", "Yours", variants=FRENCH)

    assert lacking(parts.template(tenant, "T", "x {{> footer}}"), "") == []
