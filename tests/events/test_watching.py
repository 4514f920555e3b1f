"""New wording that an event type could not be sent with is not published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.plan import Wording
from events import designing
from events.designs import ChannelDesign, Design
from events.watching import troubles
from templates_app import editing, publishing, uses
from templates_app.errors import InvalidTemplate
from templates_app.models import Template
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan
from tests.events.designed import published, template_of
from tests.events.scene import tenant_with_mail
from tests.templates_app import parts

pytestmark = pytest.mark.django_db
SAMPLES = {"name": "Jane", "email": "jane@example.org"}


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def template(tenant: Tenant) -> Template:
    given = {"name": "T", "channel": "email", "subject": "Hello", "body": "{{name}}"}
    return template_of(tenant, given)


def design_with(template: Template, **changes: object) -> Design:
    mail = ChannelDesign(
        template_id=template.id, values={"recipients": {"to": ["{{email}}"]}}
    )
    given = {"sample_params": SAMPLES, "channels": {"email": mail}, **changes}
    return Design(**given)  # type: ignore[arg-type]


def rewrite(template: Template, body: str) -> None:
    editing.change(template.tenant, template.id, body=body, publish=False)
    publishing.publish(template)
    template.refresh_from_db()


def test_an_event_type_that_would_break_is_named(tenant: Tenant, template: Template):
    published(tenant, "PermitIssued", design_with(template))

    with pytest.raises(InvalidTemplate, match="PermitIssued.*inspector"):
        rewrite(template, "{{name}} {{inspector}}")

    template.refresh_from_db()
    assert template.published is not None
    assert template.published.body == "{{name}}"


def test_with_the_param_among_the_samples_it_is_published(
    tenant: Tenant, template: Template
):
    samples = {**SAMPLES, "inspector": "Tom"}
    published(tenant, "PermitIssued", design_with(template, sample_params=samples))

    rewrite(template, "{{name}} {{inspector}}")

    assert troubles(template) == {"The event type PermitIssued": ""}


def test_what_was_broken_before_or_has_no_samples_does_not_stop_it(
    tenant: Tenant, template: Template
):
    published(tenant, "NoSamples", design_with(template, sample_params={}))
    off = published(tenant, "Off", design_with(template))
    designing.switch(off, active=False)

    rewrite(template, "{{name}} {{inspector}}")

    assert troubles(template) == {"The event type NoSamples": ""}


def waiting(tenant: Tenant, template: str) -> None:
    words = Wording({"subject": "Hello", "body": "x"}, "text", None, template=template)
    later = timezone.now() + timedelta(days=1)
    accepted(tenant, email_plan(wording=words, due_at=later))


def test_a_template_tells_who_uses_it_and_what_waits(
    tenant: Tenant, template: Template
):
    event_type = published(tenant, "PermitIssued", design_with(template))
    off = published(tenant, "Off", design_with(template))
    designing.switch(off, active=False)
    waiting(tenant, template.name)
    waiting(tenant, "Another")
    accepted(tenant)

    found = uses.of(template)

    assert [(one.name, one.id) for one in found.event_types] == [
        ("PermitIssued", event_type.id)
    ]
    assert found.scheduled == 1


def test_a_layout_is_used_by_way_of_the_templates_made_with_it(tenant: Tenant):
    frame = parts.layout(tenant, "Frame", "[{{> content}}]")
    template = parts.template(
        tenant, "T", "{{name}}", body_type="text", layout=frame.id
    )
    published(tenant, "PermitIssued", design_with(template))
    waiting(tenant, "T")

    found = uses.of(frame)

    assert [one.name for one in found.templates] == ["T"]
    assert [one.name for one in found.event_types] == ["PermitIssued"]
    assert found.scheduled == 1


def test_what_another_tenant_has_under_the_same_name_is_not_counted(
    tenant: Tenant, template: Template
):
    other = tenant_with_mail()
    given = {"name": "T", "channel": "email", "subject": "Hello", "body": "{{name}}"}
    published(other, "PermitIssued", design_with(template_of(other, given)))
    waiting(other, "T")

    assert not uses.of(template)
