"""What a provider is given is what was stored."""

from __future__ import annotations

from uuid import uuid4

import pytest

from delivery.handover import payload_of
from delivery.models import Message
from delivery.plan import ListPlan, SenderPlan, Wording
from providers.files import File
from recipients import links
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN = "ann@example.org"


def test_a_mail_keeps_everything_and_its_reference_stays_the_same():
    plan = email_plan(
        cc=("c@example.org",),
        bcc=("b@example.org",),
        sender=SenderPlan("notify@example.org", "Notify", ("reply@example.org",)),
        headers={"X-Case": "7"},
        files=(File("a.txt", "text/plain", b"bytes"),),
    )
    accepted(TenantFactory(), plan)
    payload = payload_of(Message.across_tenants().get())

    assert (payload.to, payload.cc, payload.bcc) == (
        ("jane@example.org",),
        ("c@example.org",),
        ("b@example.org",),
    )
    assert (payload.subject, payload.text) == ("Hello", "Canary words")
    assert payload.reply_to == ("reply@example.org",)
    assert payload.headers == (("X-Case", "7"),)
    assert payload.attachments[0].data == b"bytes"
    assert payload.reference == payload_of(Message.across_tenants().get()).reference


def test_a_text_asks_for_no_files(django_assert_num_queries):
    many(TenantFactory(), channel="sms")
    message = Message.across_tenants().prefetch_related("recipients", "content").get()
    with django_assert_num_queries(0):
        payload = payload_of(message)

    assert payload.text == "Words"


def to_subscriber(**changes):
    """A mail to one subscriber and to one reader who is none."""
    stand_in = links.stand_in()
    subscription = uuid4()
    plan = email_plan(
        to=("jane@example.org", ListPlan(uuid4(), "News", {subscription: ANN})),
        wording=Wording(
            {"subject": "News", "body": f"Leave: {stand_in}!"}, "text", None
        ),
        stand_in=stand_in,
        headers={"X-Case": "7", "list-unsubscribe": "<mailto:a@example.org>"},
    )
    accepted(TenantFactory(), plan, **changes)
    found = {one.subscription_id: one for one in Message.across_tenants()}
    return subscription, found[subscription], found[None]


def test_a_subscriber_gets_their_own_link_and_one_click():
    subscription, message, _other = to_subscriber()
    payload = payload_of(message)

    link = links.unsubscribe_url(subscription)
    assert payload.to == (ANN,)
    assert payload.text == f"Leave: {link}!"
    assert dict(payload.headers) == {
        "X-Case": "7",
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_who_is_no_subscriber_gets_nobodys_link_and_no_click_of_ours():
    _subscription, _message, other = to_subscriber()
    payload = payload_of(other)

    assert payload.to == ("jane@example.org",)
    assert payload.text == f"Leave: {links.stand_in()}!"
    assert dict(payload.headers)["list-unsubscribe"] == "<mailto:a@example.org>"


def test_what_is_mandatory_offers_no_click():
    _subscription, message, _other = to_subscriber(mandatory=True)

    assert "List-Unsubscribe" not in dict(payload_of(message).headers)
