"""Who above the defaults says a field themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events import designing, overruling
from events.designing import Naming
from events.models import TenantDefaults
from tests.events.designed import mail_design, published, template_of
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


def test_published_event_types_and_the_fields_that_they_say():
    tenant = tenant_with_mail()
    cc = {"to": ["{{email}}"], "cc": ["own@example.org"]}
    published(
        tenant, "B", mail_design(values={"recipients": cc, "headers": {"X-A": "1"}})
    )
    published(tenant, "A", mail_design(values={"priority": "high"}))
    off = published(tenant, "Off", mail_design())
    designing.switch(off, active=False)
    designing.create(tenant, Naming("Draft"), mail_design())
    published(tenant_with_mail(), "Theirs", mail_design())

    found = overruling.by_event_types(tenant, "email")

    assert [one.name for one in found] == ["A", "B"]
    first, second = found
    assert not first.overrules("recipients.cc")
    assert second.overrules("recipients.cc")
    assert second.overrules("headers")
    assert first.overrules("priority")
    assert overruling.by_event_types(tenant, "sms") == []


def test_a_template_replaces_all_words():
    tenant = tenant_with_mail()
    template = template_of(
        tenant, {"name": "T", "channel": "email", "subject": "s", "body": "b"}
    )
    design = mail_design()
    mail = design.channels["email"]
    values = {name: one for name, one in mail.values.items() if name != "content"}
    named = replace(mail, template_id=template.id, values=values)
    published(tenant, "A", replace(design, channels={"email": named}))

    [voice] = overruling.by_event_types(tenant, "email")

    assert voice.overrules("content.subject")
    assert not voice.overrules("bodyType")


def test_operators_see_which_tenants_say_their_own():
    one = TenantDefaults(
        tenant=tenant_with_mail(name="Parks"),
        channel="email",
        values={"priority": "low"},
    )
    one.save()

    [voice] = overruling.by_tenants("email")

    assert (voice.id, voice.name) == (one.id, "Parks")
    assert voice.overrules("priority")
    assert not voice.overrules("replyTo")
