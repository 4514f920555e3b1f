"""Defaults are checked before they are heard, and keep what they name."""

from __future__ import annotations

from typing import Any

import pytest

from events import defaulting, designing, layers
from events.designs import ChannelDesign
from events.errors import InvalidDesign
from events.layers import stored_layers
from events.models import EventType, SystemDefaults, TenantDefaults
from recipients import groups, lists
from recipients.errors import GroupInUse, ListInUse
from tests.events.designed import mail_design, published, template_of
from tests.events.scene import account_of, sender_of, tenant_with_mail

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
SAMPLES = {"email": "jane@example.org", "name": "Jane"}


def of(tenant: Any, **values: Any) -> TenantDefaults:
    row = TenantDefaults(tenant=tenant, channel="email")
    return defaulting.say(row, ChannelDesign(on=False, values=values))


def test_what_is_said_is_stored_sealed_and_heard_at_once():
    tenant = tenant_with_mail()
    stored_layers(tenant.id)
    template = template_of(
        tenant, {"name": "T", "channel": "email", "subject": "s", "body": "b"}
    )
    sender, account = (
        sender_of(tenant, "desk@example.org"),
        account_of(tenant, "email", "Own"),
    )
    values = {"recipients": {"cc": ["a@example.org"]}, "headers": {"X-Team": "p"}}

    row = TenantDefaults(tenant=tenant, channel="email")
    defaulting.say(
        row, ChannelDesign(False, template.id, sender.id, account.id, values)
    )

    assert stored_layers(tenant.id)[1].values == {
        "email": {
            **values,
            "content": {"template": str(template.id)},
            "identityId": str(sender.id),
            "account": str(account.id),
        }
    }


def test_groups_and_lists_are_kept_by_id_and_cannot_be_deleted():
    tenant = tenant_with_mail()
    group = groups.create(tenant, name="G", channel_code="email", addresses=[])
    news = lists.create(tenant, name="News")

    row = of(tenant, recipients={"to": [{"list": "news"}], "cc": [{"group": "g"}]})

    assert row.values["recipients"] == {
        "to": [{"list": str(news.id)}],
        "cc": [{"group": str(group.id)}],
    }
    with pytest.raises(GroupInUse, match="Defaults: email"):
        groups.delete(group)
    with pytest.raises(ListInUse, match="Defaults: email"):
        lists.delete(news)

    defaulting.say(row, ChannelDesign(on=False))

    groups.delete(group)
    lists.delete(news)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"recipients": {"cc": ["nobody"]}}, "email.recipients.cc[0]"),
        ({"recipients": {"cc": [{"group": "x"}]}}, "email.recipients.cc[0]"),
        ({"recipients": {"cc": [{"list": "x"}]}}, "email.recipients.cc[0]"),
        ({"headers": {"Received": "x"}}, "email.headers"),
        ({"content": {"subject": "{{#if}}"}}, "email.content.subject"),
        ({"bodyType": "markup"}, "email.bodyType"),
        ({"priority": "soon"}, "email.priority"),
        ({"colour": "red"}, "email.colour"),
    ],
)
def test_what_is_wrong_is_told_with_its_field(values, field):
    tenant = tenant_with_mail()

    with pytest.raises(InvalidDesign) as refusal:
        of(tenant, **values)

    assert [one.field for one in refusal.value.errors] == [field]
    assert not TenantDefaults.for_tenant(tenant).exists()


def test_event_types_that_could_be_sent_before_stay_so():
    tenant = tenant_with_mail()
    published(tenant, "AppRec", mail_design(sample_params=SAMPLES))
    published(tenant, "Untried", mail_design())

    with pytest.raises(InvalidDesign, match="AppRec: .*worker"):
        of(tenant, recipients={"cc": ["{{worker}}"]})

    assert not TenantDefaults.for_tenant(tenant).exists()
    assert of(tenant, recipients={"cc": ["{{email}}"]}).pk


def test_one_that_is_broken_already_holds_nothing_up():
    tenant = tenant_with_mail()
    event = published(tenant, "AppRec", mail_design(sample_params=SAMPLES))
    version = event.published
    version.sample_params = {"name": "Jane"}
    version.save()

    assert of(tenant, recipients={"cc": ["boss@example.org"]}).pk


def test_the_system_names_nothing_of_a_tenants():
    tenant = tenant_with_mail()
    groups.create(tenant, name="G", channel_code="email", addresses=[])
    row = SystemDefaults(channel="email")
    wrong = ChannelDesign(
        on=False,
        account_id=account_of(tenant, "email", "Theirs").id,
        values={"recipients": {"cc": [{"group": "G"}]}},
    )

    with pytest.raises(InvalidDesign) as refusal:
        defaulting.say_for_system(row, wrong, [])

    told = {one.field for one in refusal.value.errors}
    assert told == {"email.account", "email.recipients.cc[0]"}


def test_the_system_is_heard_with_its_locks():
    tenant = tenant_with_mail()
    stored_layers(tenant.id)
    values = {"recipients": {"bcc": ["archive@example.org"]}}

    defaulting.say_for_system(
        SystemDefaults(channel="email"),
        ChannelDesign(on=False, values=values),
        ["recipients.bcc"],
    )

    system = stored_layers(tenant.id)[0]
    assert system.values == {"email": values}
    assert system.locked == {"email.recipients.bcc"}


def stopped(values: Any, *locked: str) -> list[str]:
    design = ChannelDesign(on=False, values=values)
    row = SystemDefaults(channel="email")
    return list(defaulting.stopped_by_system(row, design, locked))


def test_whom_the_system_would_stop_is_told_of_all_tenants():
    here, there = tenant_with_mail(name="Parks"), tenant_with_mail(name="Roads")
    for tenant in (here, there):
        published(tenant, "AppRec", mail_design(sample_params=SAMPLES))
        published(tenant, "Untried", mail_design())

    told = stopped({"recipients": {"cc": ["{{worker}}"]}})

    assert [one.partition(":")[0] for one in sorted(told)] == [
        *("Parks, AppRec", "Roads, AppRec")
    ]
    assert all("worker" in one for one in told)
    assert stopped({"recipients": {"cc": ["{{email}}"]}}) == []
    assert stored_layers(here.id)[0].values == {}


def test_a_lock_stops_whoever_says_that_field():
    tenant = tenant_with_mail(name="Parks")
    more = {"replyTo": ["desk@example.org"]}
    published(tenant, "AppRec", mail_design(values=more, sample_params=SAMPLES))

    [told] = stopped({}, "replyTo")

    assert told.startswith("Parks, AppRec: ")
    assert "replyTo is set by the system, and the event type says it still" in told


def test_a_lock_is_told_of_those_without_samples_too():
    """Every call of theirs would be refused, over what their tenant's defaults say."""
    tenant = tenant_with_mail(name="Parks")
    of(tenant, replyTo=["desk@example.org"])
    published(tenant, "Untried", mail_design())

    [told] = stopped({}, "replyTo")

    assert told.startswith("Parks, Untried: email.replyTo is set by the system")
    assert "the tenant's defaults say it still" in told


def test_one_that_was_locked_out_already_is_no_news():
    tenant = tenant_with_mail()
    more = {"replyTo": ["desk@example.org"]}
    published(tenant, "AppRec", mail_design(values=more, sample_params=SAMPLES))
    SystemDefaults(channel="email", locked=["replyTo"]).save()
    layers.forget()

    assert stopped({}, "replyTo", "recipients.bcc") == []


@pytest.mark.parametrize(
    "name", ["replyto", "nonsense..x", "recipients.all", "content.words", "headers."]
)
def test_what_would_lock_nothing_is_refused(name: str):
    row = SystemDefaults(channel="email")

    with pytest.raises(InvalidDesign, match="nothing would be locked") as refusal:
        defaulting.say_for_system(row, ChannelDesign(on=False), ["replyTo", name])

    assert [one.field for one in refusal.value.errors] == ["locked"]


@pytest.mark.parametrize(
    "name",
    ["account", "content", "content.subject", "content.bodyType", "headers.X-Office"]
    + ["params.office", "identityId", "recipients.bcc", "defaultRenderer", "provider"],
)
def test_whatever_a_layer_may_say_can_be_locked(name: str):
    row = SystemDefaults(channel="email")

    said = defaulting.say_for_system(row, ChannelDesign(on=False), [name])

    assert said.locked == [name]


def test_what_is_wrong_by_itself_is_told_first():
    with pytest.raises(InvalidDesign, match="is not known here"):
        stopped({"colour": "red"})


def test_defaults_that_event_types_need_are_not_withdrawn():
    tenant = tenant_with_mail()
    row = of(tenant, content={"subject": "About {{name}}"})
    design = mail_design(sample_params=SAMPLES)
    content = {"content": {"body": "Dear {{name}}"}}
    published(tenant, "AppRec", mail_design(values=content, sample_params=SAMPLES))

    with pytest.raises(InvalidDesign, match="AppRec: .*subject"):
        defaulting.withdraw(row)

    assert TenantDefaults.for_tenant(tenant).exists()
    event = EventType.for_tenant(tenant).get()
    designing.save_draft(event, design)
    designing.publish(event)
    defaulting.withdraw(row)
    assert not TenantDefaults.for_tenant(tenant).exists()
    assert stored_layers(tenant.id)[1].values == {}


def test_nor_are_the_systems():
    tenant = tenant_with_mail()
    values = {"content": {"subject": "About {{name}}"}}
    row = defaulting.say_for_system(
        SystemDefaults(channel="email"), ChannelDesign(on=False, values=values), []
    )
    body = {"content": {"body": "Dear {{name}}"}}
    published(tenant, "AppRec", mail_design(values=body, sample_params=SAMPLES))

    with pytest.raises(InvalidDesign, match="AppRec: .*subject"):
        defaulting.withdraw(row)

    assert SystemDefaults.objects.exists()
