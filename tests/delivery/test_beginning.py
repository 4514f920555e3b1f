"""From ready to begun: the right account, and a commit before the first byte."""

from __future__ import annotations

import pytest

from delivery.models import Attempt, Message, Notification, Recipient
from providers.accounts import offers
from providers.models import Account
from tests.delivery.scene import TWILIO, account_of, again, begun, due_now, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
LANE = "sms-bulk"
MAIL = {"host": "127.0.0.1", "port": 9}


@pytest.fixture
def tenant():
    return TenantFactory()


def test_what_is_begun_is_stored_before_anybody_calls(tenant):
    account = account_of(tenant, "sms.sandbox")
    [message] = many(tenant, channel="sms")
    [call] = begun(LANE)

    stored = again(message)
    assert (stored.state, stored.attempts, stored.provider) == (
        "sending",
        1,
        "sms.sandbox",
    )
    assert stored.claim_token == call.token
    attempt = Attempt.across_tenants().get()
    assert (attempt.id, attempt.outcome, attempt.number, attempt.account_id) == (
        call.order.attempt_id,
        "",
        1,
        account.id,
    )
    assert Notification.across_tenants().get().status == "sending"


def test_a_test_keys_message_goes_to_the_systems_sandbox(tenant):
    account_of(tenant, "sms.twilio", config={})
    many(tenant, channel="sms")
    Notification.across_tenants().update(key_type="test")
    [call] = begun(LANE)

    assert call.account.tenant_id is None
    assert call.account.provider == "sms.sandbox"


def test_a_simulated_recipient_is_given_to_no_real_provider(tenant, monkeypatch):
    account_of(tenant, "email.smtp", config=MAIL)
    monkeypatch.setattr(
        "tests.delivery.scene._address", lambda *_: "delivered@simulator.notify"
    )
    many(tenant, channel="email")
    [call] = begun("email-bulk")

    assert call.account.provider == "email.sandbox"


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_message_without_recipients_ends_and_is_not_taken_for_a_simulated_one(
    tenant, channel
):
    account_of(tenant, "email.smtp", config=MAIL)
    account_of(tenant, "sms.twilio", config=TWILIO)
    empty, well = many(tenant, 2, channel=channel)
    Recipient.across_tenants().filter(message=empty).delete()
    [call] = begun(f"{channel}-bulk")

    assert call.message.id == well.id
    assert (again(empty).state, again(empty).error_code) == ("dead", "no_recipient")
    assert not Attempt.across_tenants().filter(message=empty).exists()


def test_nobody_left_for_what_may_have_been_sent_is_no_word_that_it_was_not(tenant):
    account_of(tenant, "email.smtp", config=MAIL)
    [message] = many(tenant, channel="email", unknowns=1)
    Recipient.across_tenants().all().delete()

    assert begun("email-bulk") == []
    assert again(message).error_code == "outcome_unknown"


def test_an_account_that_cannot_be_made_gives_way_to_the_next(tenant):
    account_of(tenant, "sms.twilio", config={}, priority=1)
    account_of(tenant, "sms.sandbox", priority=2)
    many(tenant, channel="sms")
    [call] = begun(LANE)

    assert call.account.provider == "sms.sandbox"


def test_where_no_account_can_be_made_the_message_waits_and_says_why(tenant):
    account_of(tenant, "sms.twilio", config={})
    [message] = many(tenant, channel="sms")

    assert begun(LANE) == []
    held = again(message)
    assert (held.state, held.hold_reason, held.attempts) == (
        "queued",
        "misconfigured",
        1,
    )
    assert held.error_detail
    assert Attempt.across_tenants().get().outcome == "held"


def test_a_provider_that_is_gone_holds_the_message(tenant):
    account_of(tenant, "sms.gone")
    [message] = many(tenant, channel="sms")

    assert begun(LANE) == []
    assert again(message).hold_reason == "misconfigured"


def test_an_account_that_is_switched_on_again_takes_what_was_held(tenant):
    account = account_of(tenant, "sms.sandbox", active=False)
    [message] = many(tenant, channel="sms")
    assert begun(LANE) == []
    Account.across_tenants().filter(id=account.id).update(active=True)
    offers.forget()
    due_now(message)
    [call] = begun(LANE)

    assert call.message.id == message.id
    assert again(message).hold_reason == ""


def test_files_are_opened_once_for_all_messages_of_a_content(
    tenant, django_assert_max_num_queries
):
    account_of(tenant, "email.smtp", config=MAIL)
    many(tenant, 10, channel="email")
    with django_assert_max_num_queries(20):
        assert len(begun("email-bulk")) == 10

    assert Message.across_tenants().filter(state="sending").count() == 10
