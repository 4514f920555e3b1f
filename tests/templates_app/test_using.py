"""Who is made with a part, and that a change of it does not break them."""

from __future__ import annotations

import pytest

from templates_app import editing, publishing, showing, using
from templates_app.drafts import changed, draft_of
from templates_app.errors import InvalidTemplate
from templates_app.models import Template, TemplateVersion
from tenants.models import Tenant
from tests.templates_app.parts import layout, partial, template
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def users(part: Template) -> list[str]:
    return [one.name for one in using.users_of(part)]


def test_users_are_found_by_way_of_other_parts(tenant: Tenant):
    office = partial(tenant, "office", "Victoria")
    footer = partial(tenant, "footer", "{{> office}}")
    frame = layout(tenant, "Frame", "{{> content}}{{> footer}}")
    template(tenant, "Framed", "x", body_type="text", layout=frame.id)
    template(tenant, "Calling", "{{> footer}}")
    template(tenant, "Alone", "x")

    assert users(office) == ["Calling", "Framed"]
    assert users(footer) == ["Calling", "Framed"]
    assert users(frame) == ["Framed"]


def test_only_what_is_published_uses_it(tenant: Tenant):
    footer = partial(tenant, "footer", "x")
    letter = template(tenant, "Letter", "{{> footer}}")
    editing.revise(letter, draft=changed(draft_of(published(letter)), body="without"))

    assert users(footer) == []


def write(part: Template, body: str) -> None:
    editing.change(part.tenant, part.id, body=body, publish=False)


@pytest.mark.parametrize("body", ["{{phone}}", "{{#each rows}}{{price}}{{/each}}"])
def test_a_part_that_would_break_a_template_is_not_published(tenant: Tenant, body: str):
    footer = partial(tenant, "footer", "x")
    letter = template(tenant, "Letter", "Dear {{name}} {{> footer}}")
    showing.keep_sample(letter, {"name": "Jane", "rows": [{}]})
    write(footer, body)

    with pytest.raises(InvalidTemplate, match="Letter could not be sent") as refused:
        publishing.publish(footer)
    with pytest.raises(InvalidTemplate):
        editing.change(tenant, footer.id, body=body)

    assert [one.field for one in refused.value.errors] == ["body"]
    assert editing.find(tenant, footer.id).published_id == footer.published_id


def test_a_part_may_call_a_new_one(tenant: Tenant):
    footer = partial(tenant, "footer", "x")
    letter = template(tenant, "Letter", "{{> footer}}")
    showing.keep_sample(letter, {"name": "Jane"})
    partial(tenant, "office", "{{name}}")
    write(footer, "{{> office}}")

    publishing.publish(footer)

    assert showing.show(published(letter), {"name": "Jane"}).texts["body"] == "Jane"


def published(one: Template) -> TemplateVersion:
    version = editing.find(one.tenant, one.id).published
    assert version
    return version


def test_a_layout_is_tried_as_well(tenant: Tenant):
    frame = layout(tenant, "Frame", "{{> content}}")
    letter = template(tenant, "Letter", "x", body_type="text", layout=frame.id)
    showing.keep_sample(letter, {"name": "Jane"})
    write(frame, "{{> content}}{{office}}")

    with pytest.raises(InvalidTemplate, match="office"):
        publishing.publish(frame)
