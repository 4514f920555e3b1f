"""What a provider is given is what was stored."""

from __future__ import annotations

import pytest

from delivery.handover import payload_of
from delivery.models import Message
from delivery.plan import SenderPlan
from providers.files import File
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


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
