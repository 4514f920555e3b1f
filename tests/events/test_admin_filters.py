"""The list of event types, narrowed as a designer would."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from events import designing
from events.designing import Naming
from events.designs import ChannelDesign, Design
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import sender_of, tenant_with_mail
from tests.events.test_admin_event_types import someone

pytestmark = pytest.mark.django_db
NAMES = ("Heard", "Changed", "Texted", "Draft")


@pytest.fixture
def tenant() -> Tenant:
    made = tenant_with_mail()
    sender_of(made, "+17787001111", channel="sms")
    published(made, "Heard", mail_design())
    designing.save_draft(
        published(made, "Changed", mail_design()), mail_design(tags=("x",))
    )
    values = {"recipients": {"to": ["{{phone}}"]}, "content": {"body": "Hello"}}
    texts = Design(channels={"sms": ChannelDesign(values=values)})
    published(made, "Texted", texts)
    naming = Naming("Draft", category="Permits", description="Something approved")
    designing.create(made, naming, mail_design())
    return made


@pytest.fixture
def designer(tenant: Tenant) -> Client:
    return someone(tenant, "designer")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, NAMES),
        ({"state": "published"}, ("Heard", "Changed", "Texted")),
        ({"state": "changed"}, ("Changed",)),
        ({"state": "draft"}, ("Draft",)),
        ({"channel": "sms"}, ("Texted",)),
        ({"channel": "email"}, ("Heard", "Changed")),
        ({"category": "Permits"}, ("Draft",)),
        ({"q": "approved"}, ("Draft",)),
        ({"state": "published", "channel": "msgApp"}, ()),
    ],
)
def test_the_list_is_narrowed(designer, query, names):
    shown = designer.get(reverse("admin:events_eventtype_changelist"), query)

    found = {row.name for row in shown.context["cl"].result_list}
    assert found == set(names)


def test_categories_are_the_tenants_own(designer):
    other = tenant_with_mail()
    designing.create(other, Naming("X", category="Theirs"), mail_design())

    shown = designer.get(reverse("admin:events_eventtype_changelist")).content.decode()

    assert "Permits" in shown
    assert "Theirs" not in shown


def test_it_says_over_what_each_sends(designer, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        shown = designer.get(reverse("admin:events_eventtype_changelist"))

    assert ">SMS<" in shown.content.decode().replace("\n", "").replace(" ", "")
