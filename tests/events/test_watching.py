"""New wording that an event type could not be sent with is not published."""

from __future__ import annotations

import pytest

from events import designing
from events.designs import ChannelDesign, Design
from events.watching import troubles
from templates_app import editing, publishing
from templates_app.errors import InvalidTemplate
from templates_app.models import Template
from tenants.models import Tenant
from tests.events.designed import published, template_of
from tests.events.scene import tenant_with_mail

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
