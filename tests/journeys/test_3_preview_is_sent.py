"""Whatever an event type and a request say: what a preview shows is what arrives."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.designs import ChannelDesign, Design
from events.errors import InvalidDesign
from providers.channels.base import channel
from recipients import groups
from templates_app.models import Template
from tenants.models import Tenant
from tests.events.designed import published, template_of
from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

NUMBERS = count()
WORDS = st.sampled_from(
    [
        "Plain words",
        "Dear {{name}}",
        "{{#if vip}}Dear {{name}}{{else}}Hi{{/if}} é€",
        "{{#each rows}}{{this}}; {{/each}}end",
        "{{person.first}}\nand more <b>{{name}}</b>",
    ]
)
LINES = WORDS.map(lambda text: text.replace("\n", " "))
VALUES = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1
)
PARAMS = st.fixed_dictionaries(
    {
        "name": VALUES,
        "person": st.fixed_dictionaries({"first": VALUES}),
        "rows": st.lists(VALUES, max_size=3),
        "mail": st.lists(
            st.sampled_from(["x@example.org", "y@example.org"]), min_size=1
        ),
        "phone": st.sampled_from(["7787001234", "+1 778 700 1235"]),
    },
    optional={"vip": st.booleans()},
)
ADDRESSES = st.lists(
    st.sampled_from(["a@example.org", "B@example.org", "{{mail}}", {"group": "G"}]),
    min_size=1,
    max_size=3,
)
PHONES = st.lists(
    st.sampled_from(["{{phone}}", "+17787001236", "778-700-1237"]),
    min_size=1,
    max_size=2,
)
MAIL = st.fixed_dictionaries(
    {"recipients": st.fixed_dictionaries({"to": ADDRESSES}, optional={"cc": ADDRESSES})}
)
TEXT = st.fixed_dictionaries(
    {"recipients": st.fixed_dictionaries({"to": PHONES})},
)
CONTENT = st.fixed_dictionaries(
    {"subject": LINES, "body": WORDS},
    optional={"bodyType": st.sampled_from(["text", "html"])},
)
NOTHING: st.SearchStrategy[Any] = st.sampled_from([{}, None])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "email": st.one_of(
            NOTHING,
            st.fixed_dictionaries(
                {},
                optional={
                    "content": st.one_of(
                        st.fixed_dictionaries({"subject": LINES}),
                        st.just({"template": "Other"}),
                    ),
                    "recipients": st.fixed_dictionaries(
                        {}, optional={"cc": st.one_of(st.just([]), ADDRESSES)}
                    ),
                    "params": st.fixed_dictionaries({"name": VALUES}),
                },
            ),
        ),
        "sms": st.one_of(
            NOTHING,
            st.fixed_dictionaries({"content": st.fixed_dictionaries({"body": WORDS})}),
        ),
    },
)


@pytest.fixture
def furnished(tenant: Tenant) -> Tenant:
    """With a template and a group that requests may name, and no limit on them."""
    tenant.requests_per_minute_live = 1_000_000
    tenant.save()
    other = {"name": "Other", "channel": "email", "subject": "Other {{name}}"}
    template_of(tenant, {**other, "body": "Other words", "bodyType": "html"})
    groups.create(
        tenant, name="G", channel_code="email", addresses=["g@example.org", "h@x.org"]
    )
    return tenant


def event_of(tenant: Tenant, mail: Any, text: Any, content: Any, words: str) -> str:
    name = f"Event{next(NUMBERS)}"
    template = Template.for_tenant(tenant).get(name="Other")
    channels = {
        "email": ChannelDesign(
            template_id=None if content else template.id,
            values={**mail, "content": content or {}},
        ),
        "sms": ChannelDesign(values={**text, "content": {"body": words}}),
    }
    published(tenant, name, Design(channels=channels, params={"name": "Nobody"}))
    return name


@given(
    mail=MAIL,
    text=TEXT,
    content=st.none() | CONTENT,
    words=LINES,
    params=PARAMS,
    overrides=CHANGES,
    augments=CHANGES,
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        *(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
        HealthCheck.data_too_large,
    ],
)
def test_what_is_previewed_arrives(
    furnished: Tenant,
    caller: Caller,
    mail_server: MailServer,
    phones: PhoneNetwork,
    mail: Any,
    text: Any,
    content: Any,
    words: str,
    params: Any,
    overrides: Any,
    augments: Any,
):
    mail_server.mails.clear()
    phones.texts.clear()
    body = {
        "notificationEventType": event_of(furnished, mail, text, content, words),
        "params": params,
        "overrides": overrides,
        "augments": augments,
        "allowDuplicate": True,
    }

    preview = caller.post("/notifyevent/preview", body)
    send = caller.post("/notifyevent", body)
    work()

    if preview.status_code == 422:
        assert send.status_code == 422
        assert send.json()["errors"] == preview.json()["errors"]
        assert (mail_server.mails, phones.texts) == ([], [])
        return
    assert (preview.status_code, send.status_code) == (200, 202), send.content
    shown = preview.json()
    assert send.json().get("warnings") == shown.get("warnings")
    assert [as_read(one.parts()) for one in mail_server.mails] == [
        as_read(one) for name, one in shown.items() if name == "email"
    ]
    assert texted(phones) == expected_texts(shown.get("sms"))


def as_read(shown: dict[str, Any]) -> Any:
    """Recipients and what a reader reads of a mail."""
    words = shown["content"]
    return (
        {
            kind: [folded(one) for one in them]
            for kind, them in shown["recipients"].items()
        },
        words["subject"],
        words["body"].rstrip("\n"),
    )


def folded(address: str) -> str:
    return channel("email").normalise(address, region="CA")


def texted(phones: PhoneNetwork) -> list[tuple[str, str]]:
    return sorted((one["To"], one["Body"]) for one in phones.texts)


def expected_texts(shown: Any) -> list[tuple[str, str]]:
    if shown is None:
        return []
    words = shown["content"].get("message", shown["content"].get("body"))
    to = {channel("sms").normalise(o, region="CA") for o in shown["recipients"]["to"]}
    return sorted((one, words) for one in to)


def test_a_design_that_cannot_be_sent_is_never_published(furnished: Tenant):
    with pytest.raises(InvalidDesign):
        event_of(
            furnished, {"recipients": {"to": ["nobody"]}}, {"recipients": {}}, None, "x"
        )
