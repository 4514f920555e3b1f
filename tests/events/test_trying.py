"""A test send: real, marked, to its designer alone, and in no report."""

from __future__ import annotations

from typing import Any

import pytest

from delivery import changing, reporting
from delivery.models import Content, Message, Notification, Recipient
from events import designing, drafts, trying
from events.designs import ChannelDesign
from events.errors import NoChannels
from events.models import EventType, SystemDefaults, TenantDefaults
from notify_project.errors import Invalid
from tenants.models import Tenant
from tests.callbacks.scene import callbacks, endpoint
from tests.delivery.accepted import accepted
from tests.events.designed import mail_design, published
from tests.events.scene import account_of, tenant_with_mail

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
PARAMS = {"name": "Jane", "email": "jane@example.org", "phone": "+12505550100"}


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    values = {"recipients": {"to": ["{{email}}"], "cc": ["boss@example.org"]}}
    return published(tenant, "AppRec", mail_design(values=values))


def try_out(event: EventType, to: dict[str, str], **params: Any) -> Notification:
    version = drafts.draft_of(event) or event.published
    assert version is not None
    sent = trying.try_out(event, version, {**PARAMS, **params}, to, by="me@example.org")
    return Notification.for_tenant(event.tenant).get(id=sent)


def test_only_the_designer_gets_it_and_its_subject_says_that_it_is_a_test(
    event: EventType,
):
    sent = try_out(event, {"email": "me@example.org"})

    addresses = [one.address for one in Recipient.for_tenant(event.tenant)]
    assert addresses == ["me@example.org"]
    assert Content.for_tenant(event.tenant).get().body["texts"] == {
        "subject": "[Test] Hello Jane",
        "body": "Dear Jane",
    }
    assert (sent.key_type, sent.key_name) == ("tryout", "me@example.org")
    assert Message.for_tenant(event.tenant).get().state == "queued"


def test_nobody_whom_defaults_name_gets_it_even_where_the_system_insists(
    tenant: Tenant, event: EventType
):
    TenantDefaults(
        tenant=tenant, channel="email", values={"recipients": {"cc": ["c@x.example"]}}
    ).save()
    SystemDefaults(
        channel="email",
        values={"recipients": {"bcc": ["archive@x.example"]}},
        locked=["recipients.bcc"],
    ).save()

    try_out(event, {"email": "me@example.org"})

    addresses = [one.address for one in Recipient.for_tenant(event.tenant)]
    assert addresses == ["me@example.org"]


def test_the_draft_is_sent_that_no_call_hears_yet(event: EventType):
    changed = {"content": {"subject": "New", "body": "Dear {{name}}"}}
    designing.save_draft(event, mail_design(values=changed))

    sent = try_out(event, {"email": "me@example.org"})

    assert Content.for_tenant(event.tenant).get().body["texts"]["subject"] == (
        "[Test] New"
    )
    assert sent.event_version == 2


def test_channels_without_an_address_are_left_out(tenant: Tenant):
    account_of(tenant, "sms", "Texts")
    text = {"recipients": {"to": ["{{phone}}"]}, "content": {"body": "Hi {{name}}"}}
    design = mail_design()
    both = {**design.channels, "sms": ChannelDesign(values=text)}
    event = published(tenant, "Both", type(design)(channels=both))

    sent = try_out(event, {"sms": "+12505550123"})

    assert sent.channels == ["sms"]
    assert Content.for_tenant(tenant).get().body["texts"] == {"body": "Hi Jane"}
    with pytest.raises(NoChannels):
        try_out(event, {})


def test_what_a_call_would_be_refused_for_is_told(event: EventType):
    with pytest.raises(Invalid, match="recipients"):
        try_out(event, {"email": "nobody"})

    assert not Notification.for_tenant(event.tenant).exists()


def test_reports_count_it_as_a_test(event: EventType):
    try_out(event, {"email": "me@example.org"})

    def total(*, test: bool) -> int:
        asked = reporting.asked(None, None, parts=("channel",), test=test)
        return sum(
            count for _cells, count in reporting.report(event.tenant, asked).rows
        )

    assert (total(test=False), total(test=True)) == (0, 1)


def test_the_tenants_programs_are_not_told_of_it(event: EventType):
    mine = endpoint(event.tenant)

    sent = try_out(event, {"email": "me@example.org"})
    called = accepted(event.tenant)
    for one in (sent, called):
        changing.cancel(one)

    assert [one.subject for one in callbacks(mine)] == list(
        Message.for_tenant(event.tenant)
        .filter(notification=called)
        .values_list("id", flat=True)
    )
