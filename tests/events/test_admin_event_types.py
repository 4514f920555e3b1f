"""The admin's pages of event types, used as a browser would."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events import designing, drafts
from events.designs import ChannelDesign, Design
from events.event_types import design_of
from events.models import EventType
from recipients import groups, lists, subscribing
from recipients.errors import GroupInUse
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published, template_of
from tests.events.scene import sender_of, tenant_with_mail
from tests.tenants.factories import MembershipFactory

pytestmark = pytest.mark.django_db
ADD = "admin:events_eventtype_add"
CALLED = "http://127.0.0.1:9/hook"


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant) -> EventType:
    return published(tenant, "AppRec", mail_design())


@pytest.fixture
def designer(tenant) -> Client:
    return someone(tenant, "designer")


def someone(tenant, role: str) -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(event: EventType, name: str = "change", *args: Any) -> str:
    return reverse(f"admin:events_eventtype_{name}", args=[event.pk, *args])


def press(client: Client, event: EventType, name: str) -> Any:
    return client.post(page(event, "do", name), follow=True)


def typed(**changes: str) -> dict[str, str]:
    """What a browser would post of mail_design."""
    return {
        "name": "AppRec",
        "urgency": "normal",
        "email_mode": "on",
        "email_to": "{{email}}",
        "email_subject": "Hello {{name}}",
        "email_body": "Dear {{name}}",
        **changes,
    }


def refreshed(event: EventType) -> EventType:
    return (
        EventType.for_tenant(event.tenant_id)
        .select_related("published")
        .get(id=event.id)
    )


def test_a_new_one_is_a_draft_with_all_that_was_typed(designer, tenant):
    groups.create(tenant, name="G", channel_code="email", addresses=["g@example.org"])
    template = template_of(tenant, {"name": "T", "channel": "sms", "message": "m"})
    sender = sender_of(tenant, "desk@example.org")
    body = typed(
        aliases="received, app",
        display_name="Application received",
        tags="a, b",
        mandatory="on",
        expires_after_seconds="60",
        window_seconds="0",
        params_schema='{"required": ["name"]}',
        sample_params='{"name": "Jane", "email": "jane@example.org"}',
        params='{"office": "Victoria"}',
        email_cc="group: g\ntom@example.org",
        email_sender=str(sender.id),
        email_priority="high",
        email_reply_to="reply@example.org",
        email_headers="X-Office: Victoria\nX-Case: a:b",
        email_on_unknown="hold",
        email_body_type="html",
        email_params='{"x": 1}',
        sms_mode="off",
        sms_template=str(template.id),
    )

    answer = designer.post(reverse(ADD), body)

    assert answer.status_code == 302, answer.context["adminform"].errors
    event = EventType.for_tenant(tenant).get()
    assert event.published is None
    assert designing.naming_of(event).aliases == ("received", "app")
    design = design_of(drafts.draft_of(event))
    assert design.tags == ("a", "b")
    assert (design.mandatory, design.expires_after_seconds) == (True, 60)
    assert (design.window_seconds, design.params) == (0, {"office": "Victoria"})
    group = groups.Groups(tenant.id, ["G"], channel_code="email").get("G", field="")
    mail = design.channels["email"]
    assert (mail.on, mail.sender_id) == (True, sender.id)
    assert mail.values == {
        "recipients": {
            "to": ["{{email}}"],
            "cc": [{"group": str(group.id)}, "tom@example.org"],
        },
        "content": {
            "subject": "Hello {{name}}",
            "body": "Dear {{name}}",
            "bodyType": "html",
        },
        "priority": "high",
        "replyTo": ["reply@example.org"],
        "headers": {"X-Office": "Victoria", "X-Case": "a:b"},
        "onUnknown": "hold",
        "params": {"x": 1},
    }
    assert design.channels["sms"] == ChannelDesign(on=False, template_id=template.id)
    shown = designer.get(page(event)).content.decode()
    assert "group: G" in shown
    assert "X-Office: Victoria" in shown


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, None),
        ({"callback": "nobody"}, {}),
        ({"callback": "url", "callback_url": CALLED}, {"url": CALLED}),
        (
            {"callback": "url", "callback_url": CALLED, "callback_on": "failure"},
            {"url": CALLED, "on": ["failure"]},
        ),
    ],
)
def test_who_is_told_is_a_layer_of_its_own(designer, tenant, chosen, said):
    designer.post(reverse(ADD), typed(**chosen))

    event = EventType.for_tenant(tenant).get()
    assert design_of(drafts.draft_of(event)).callback == said
    assert (CALLED in designer.get(page(event)).text) is bool(said)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [("http://10.0.0.1/", "The address is not allowed"), ("", "Say where to call")],
)
def test_a_url_that_cannot_be_called_is_refused(designer, tenant, url, sentence):
    refused = designer.post(reverse(ADD), typed(callback="url", callback_url=url))

    assert sentence in refused.text
    assert not EventType.for_tenant(tenant).exists()


def test_saving_what_is_there_changes_nothing(designer, event):
    designer.post(page(event), typed())

    assert event.versions.count() == 1


def test_saving_references_that_are_there_changes_nothing(designer, tenant):
    made = groups.create(
        tenant, name="G", channel_code="email", addresses=["g@example.org"]
    )
    template = template_of(
        tenant, {"name": "T", "channel": "email", "subject": "s", "body": "b"}
    )
    sender = sender_of(tenant, "desk@example.org")
    references: dict[str, Any] = {"template_id": template.id, "sender_id": sender.id}
    recipients = {"to": ["{{email}}"], "cc": [{"group": str(made.id)}]}
    design = Design(
        channels={
            "email": ChannelDesign(values={"recipients": recipients}, **references)
        }
    )
    event = published(tenant, "AppRec", design)

    designer.post(
        page(event),
        {
            "name": "AppRec",
            "urgency": "normal",
            "email_mode": "on",
            "email_to": "{{email}}",
            "email_cc": "group: G",
            "email_template": str(template.id),
            "email_sender": str(sender.id),
        },
    )

    assert event.versions.count() == 1


def test_what_a_template_is_refused_for_stands_where_it_was_chosen(designer, tenant):
    template = template_of(
        tenant, {"name": "T", "channel": "email", "subject": "{{x}}", "body": "{{x}}"}
    )
    given = typed(
        email_template=str(template.id),
        email_subject="",
        email_body="",
        sample_params='{"name": "J", "email": "j@example.org", "x": {"a": 1, "b": 2}}',
    )

    form = designer.post(reverse(ADD), given).context["adminform"].form

    assert dict(form.errors) == {
        "email_template": ["x is an object. Name one of its fields: x.a, x.b."]
    }


def test_a_name_is_told_as_it_is_written(designer, event):
    answer = designer.post(page(event), typed(email_cc="group: Été à la mer"))

    [told] = answer.context["adminform"].form.errors["email_cc"]
    assert "there is no group 'Été à la mer'" in told


def test_it_is_told_in_the_designers_language(designer, event):
    answer = designer.post(
        page(event),
        typed(email_cc="a@example.org\nnobody"),
        headers={"Accept-Language": "fr"},
    )

    told = " ".join(answer.context["adminform"].form.errors["email_cc"])
    assert told.startswith("Courriel, Copies (cc), 2e\xa0: ")


def test_a_name_is_not_changed_by_a_form_that_is_refused(designer, event):
    body = typed(name="Other", display_name="Other", email_subject="{{#if a}}")

    answer = designer.post(page(event), body)

    assert answer.status_code == 200
    assert (refreshed(event).name, refreshed(event).display_name) == ("AppRec", "")


def test_a_channel_with_words_is_not_emptied_by_saying_nothing_of_it(designer, event):
    both = {"sms_mode": "on", "sms_to": "{{phone}}", "sms_body": "Hi"}
    designer.post(page(event), typed(**both))

    answer = designer.post(page(event), typed(**{**both, "sms_mode": ""}))

    assert "would be lost" in answer.content.decode()
    assert "sms" in design_of(drafts.draft_of(event)).channels


def test_a_change_waits_as_a_draft_until_it_is_published(designer, event, tenant):
    designer.post(page(event), typed(email_body="Good day {{name}}"))
    assert refreshed(event).published.number == 1
    assert "goes out as it was" in designer.get(page(event)).content.decode()

    press(designer, event, "publish")

    assert refreshed(event).published.number == 2
    change = AuditEntry.for_tenant(tenant).order_by("-at").first().changes
    assert change["version"] == {"before": 1, "after": 2}
    designer.post(page(event, "roll_back", 1))
    assert refreshed(event).published.number == 1


def test_a_draft_can_be_discarded(designer, event):
    designer.post(page(event), typed(email_body="Other"))

    press(designer, event, "discard")

    assert event.versions.count() == 1


def test_it_is_switched_off_and_on_and_copied(designer, event, tenant):
    press(designer, event, "switch_off")
    assert not refreshed(event).active
    press(designer, event, "switch_on")
    assert refreshed(event).active

    press(designer, event, "copy")

    copied = EventType.for_tenant(tenant).get(name="AppRec-copy")
    assert copied.published is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email_to": "a@example.org\nnobody"}, "E-mail, To, 2nd: This is not"),
        ({"email_cc": "group: None"}, "there is no group"),
        ({"email_body": "{{#if a}}"}, "Line 1, column"),
        ({"sample_params": "[]"}, "errornote"),
        ({"sample_params": '{"email": "x", "name": "y"}'}, "E-mail, To, 1st: "),
        ({"params_schema": '{"type": "x"}'}, "JSON Schema"),
        ({"email_mode": ""}, "would be lost"),
        ({"email_headers": "X-Office"}, "Line 1 has no colon"),
        ({"email_headers": "X-A: 1\nx-a: 2"}, "x-a is given twice"),
        ({"email_headers": "Bcc: eve@example.org"}, "may not be set"),
        (
            dict.fromkeys(
                ("email_mode", "email_to", "email_subject", "email_body"), ""
            ),
            "at least one channel",
        ),
        ({"name": "1st"}, "begins with a letter"),
        ({"email_template": "019a0000-0000-7000-8000-0000000000aa"}, "errornote"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(designer, event, change, words):
    answer = designer.post(page(event), typed(**change))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert event.versions.count() == 1


def test_the_preview_shows_what_would_be_sent_and_who_decided(designer, event):
    samples = {"params": '{"name": "Jane <3", "email": "jane@example.org"}'}

    shown = designer.post(page(event, "preview"), samples).content.decode()
    missing = designer.get(page(event, "preview")).content.decode()
    garbled = designer.post(page(event, "preview"), {"params": "{"}).content.decode()

    assert "Dear Jane &lt;3" in shown
    assert '>To</th><td class="notify-wrap">jane@example.org</td>' in shown
    assert "<td>E-mail, Body</td><td>the event type</td>" in shown
    assert "Missing in params" in missing
    assert "notify-warning" in garbled
    assert designer.get(page(event, "preview") + "?version=9").status_code == 404


def test_the_preview_shows_a_mail_as_it_would_look(designer, event, tenant):
    content = {"subject": "Hi", "body": "<h1>{{name}}</h1>", "bodyType": "html"}
    sample = {"name": "Jane <3", "email": "jane@example.org"}
    design = mail_design(values={"content": content}, sample_params=sample)
    designing.save_draft(event, design)

    shown = designer.get(page(event, "preview")).content.decode()

    [framed] = re.findall(r'<iframe[^>]* sandbox [^>]*srcdoc="([^"]+)"', shown)
    assert "<h1>Jane &lt;3</h1>" in html.unescape(framed)
    assert html.unescape(framed).startswith("<meta http-equiv")


def test_the_preview_of_a_list_names_the_first_and_counts_all(designer, tenant):
    news = lists.create(tenant, name="News")
    for number in range(12):
        subscribing.subscribe(
            news, channel_code="email", address=f"p{number}@x.org", confirmed=True
        )
    values = {
        "recipients": {"to": [{"list": "News"}]},
        "content": {"subject": "News", "body": "Leave: {{unsubscribeUrl}}"},
    }
    monthly = published(tenant, "monthly", mail_design(values=values))

    shown = designer.get(page(monthly, "preview")).content.decode()

    assert "p9@x.org" in shown
    assert "p10@x.org" not in shown
    assert "Subscribers, a message each" in shown
    assert ">12<" in re.sub(r"\s", "", shown)


def test_the_preview_shows_headers_and_where_replies_go(designer, event):
    values = {"replyTo": ["desk@example.org"], "headers": {"X-Case": "42"}}
    sample = {"name": "Jane", "email": "jane@example.org"}
    designing.save_draft(event, mail_design(values=values, sample_params=sample))

    shown = designer.get(page(event, "preview")).content.decode()

    assert "desk@example.org" in shown
    assert '>X-Case</th><td class="notify-wrap">42</td>' in shown


def test_only_a_draft_can_be_deleted(designer, event, tenant):
    made = designing.copy(event, "Mistake")

    designer.post(page(made, "delete"), {"post": "yes"})
    refused = designer.post(page(event, "delete"), {"post": "yes"})

    assert refused.status_code == 403
    assert [one.name for one in EventType.for_tenant(tenant)] == ["AppRec"]


def test_support_looks_and_touches_nothing(tenant, event):
    client = someone(tenant, "support")

    assert client.get(page(event)).status_code == 200
    assert client.get(page(event, "preview")).status_code == 200
    assert client.post(page(event), typed(name="X")).status_code == 403
    assert client.post(page(event, "roll_back", 1)).status_code == 403
    assert client.post(page(event, "do", "publish")).status_code == 403
    assert refreshed(event).name == "AppRec"


def seen(client: Client, event: EventType) -> str:
    """What the open form says that it was filled in from."""
    shown = client.get(page(event)).content.decode()
    [found] = re.findall(r'name="seen" value="([0-9a-f]{32})"', shown)
    return str(found)


def test_of_two_people_in_one_draft_the_second_is_told(designer, event, tenant):
    colleague = someone(tenant, "designer")
    mine, theirs = seen(designer, event), seen(colleague, event)
    colleague.post(page(event), typed(email_subject="Theirs", seen=theirs))

    told = designer.post(page(event), typed(email_subject="Mine", seen=mine))

    text = told.content.decode()
    assert "saved something else since you opened this page" in text
    assert "Mine" in text
    draft = drafts.draft_of(event)
    assert design_of(draft).channels["email"].values["content"]["subject"] == "Theirs"
    [newer] = re.findall(r'name="seen" value="([0-9a-f]{32})"', text)
    answer = designer.post(
        page(event), typed(email_subject="Mine", seen=newer), follow=True
    )
    draft = drafts.draft_of(event)
    assert design_of(draft).channels["email"].values["content"]["subject"] == "Mine"
    assert "saved as a draft" in answer.content.decode()


def test_a_field_that_is_no_json_is_named(designer, event):
    answer = designer.post(page(event), typed(sample_params="{", params="[]"))

    text = html.unescape(answer.content.decode())
    assert "Sample params: this is not JSON, at line 1, column 2" in text
    assert "Defaults of params: write an object in braces" in text


def test_a_group_that_only_an_earlier_version_names_says_so(tenant, event):
    group = groups.create(
        tenant, name="G", channel_code="email", addresses=["g@example.org"]
    )
    values = {"recipients": {"to": ["{{email}}", {"group": "G"}]}}
    designing.save_draft(event, mail_design(values=values))
    designing.publish(refreshed(event))
    designing.save_draft(event, mail_design())
    designing.publish(refreshed(event))

    with pytest.raises(GroupInUse, match=r"AppRec v2 \(earlier version\)"):
        groups.delete(group)
