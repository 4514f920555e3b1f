"""Files of a channel: read from requests, planned of templates."""

from __future__ import annotations

from typing import Any

import pytest

from delivery.plan import DocumentPlan
from delivery.problems import Problems
from events import attachments
from providers.files import File
from templates_app import editing
from templates_app.drafts import Draft
from templates_app.models import Template
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

FILE = {"filename": "a.txt", "content": b"a"}
MADE = {"template": "Letter", "filename": "a.pdf"}


def read(*given: dict[str, Any]) -> tuple[list[Any], dict[str, str]]:
    problems = Problems()
    found = attachments.read(given, "attachments", problems)
    told = {one.errors[0].field: one.errors[0].code for one in problems.found}
    return found, told


def test_a_given_file_is_bytes_under_a_name():
    assert read({**FILE, "mimeType": "text/plain"}) == (
        [File("a.txt", "text/plain", b"a")],
        {},
    )


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"convertTo": "pdf"},
        {"contentType": "application/pdf"},
        {"mimeType": "application/pdf", "convertTo": "pdf"},
        {"params": None, "content": None, "templateId": "Letter"},
    ],
)
def test_one_to_be_made_has_one_form_however_it_is_said(said: dict[str, Any]):
    assert read({**MADE, **said}) == ([{**MADE, "convertTo": "pdf"}], {})


def test_a_template_goes_by_its_id_too():
    [found], _told = read({"template": {"templateId": "x"}, "filename": "a"})

    assert found["template"] == "x"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({**MADE, "content": b"a"}, "template"),
        ({**FILE, "convertTo": "pdf"}, "convertTo"),
        ({**FILE, "params": {"a": 1}}, "params"),
        ({**MADE, "convertTo": "docx"}, "convertTo"),
        ({**MADE, "contentType": "text/csv"}, "contentType"),
        ({**MADE, "convertTo": "pdf", "contentType": "text/html"}, "convertTo"),
        ({**MADE, "templateId": "Other"}, "templateId"),
        ({**FILE, "contentType": "a/b", "mimeType": "c/d"}, "mimeType"),
    ],
)
def test_a_contradiction_is_told_where_it_stands(said: dict[str, Any], field: str):
    found, told = read(FILE, said)

    assert list(told) == [f"attachments[1].{field}"]
    assert len(found) == 1


@pytest.fixture
def tenant(db: None) -> Tenant:
    made: Tenant = TenantFactory()
    return made


def letter(tenant: Tenant, name: str = "Letter", code: str = "document") -> Template:
    subject = "S" if code == "email" else ""
    draft = Draft(subject, "<p>{{name}}")
    return editing.create(tenant, name=name, channel_code=code, draft=draft)


def planned(
    tenant: Tenant, *entries: Any, params: Any = None
) -> tuple[tuple[Any, ...], dict[str, str]]:
    problems = Problems()
    values = {"attachments": entries}
    found = attachments.plans(
        tenant.id, values, params=params or {}, path="email.", problems=problems
    )
    told = {one.errors[0].field: one.errors[0].code for one in problems.found}
    return found, told


def test_a_document_is_planned_with_what_it_is_made_of(tenant: Tenant):
    letter(tenant)
    entry = {**MADE, "convertTo": "pdf", "params": {"a": 2}}

    [found], told = planned(tenant, entry, params={"a": 1, "b": 1})

    assert told == {}
    assert found == DocumentPlan(
        filename="a.pdf",
        content_type="application/pdf",
        ending=".pdf",
        source="<p>{{name}}",
        engine="handlebars",
        params={"a": 2, "b": 1},
    )


def test_templates_that_are_no_documents_of_ones_own_are_refused(tenant: Tenant):
    letter(tenant, "Mail", "email")
    letter(TenantFactory(), "Theirs")
    names = ("Mail", "Theirs", "None")
    entries = [{**MADE, "template": name, "convertTo": "pdf"} for name in names]

    found, told = planned(tenant, *entries, File("a", "a/b", b""))

    assert len(found) == 1
    assert told == {
        "email.attachments[0].template": "template_wrong_channel",
        "email.attachments[1].template": "unknown_template",
        "email.attachments[2].template": "unknown_template",
    }


def test_too_many_are_refused_before_any_is_looked_up(
    tenant: Tenant, django_assert_num_queries: Any
):
    with django_assert_num_queries(0):
        found, told = planned(tenant, *[{**MADE, "convertTo": "pdf"}] * 11)

    assert (found, told) == ((), {"email.attachments": "invalid_attachment"})
