"""Receipts of every kind, in every order, before and after everything else."""

from __future__ import annotations

import itertools
import threading
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from delivery import applying, sweeping
from delivery.finishing import finish
from delivery.models import Incoming, LedgerEntry, Message, Notification, Recipient
from delivery.models.incoming import DEAD
from delivery.outcomes import Kind, Outcome
from delivery.receipts import RANK
from notify_project.db.hashing import address_hash
from notify_project.queue import claiming
from notify_project.queue.models import POISON_CLAIMS
from providers.base import Word
from providers.models import Account
from recipients.models import Suppression
from tests.delivery.scene import (
    TWILIO,
    account_of,
    again,
    assert_books_balance,
    begun,
    due_now,
    lease_over,
    many,
    story,
)
from tests.delivery.told import apply, receipt, sent, states, tell
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN, BOB = "ann@example.org", "bob@example.org"
ACCEPTED = Outcome(Kind.ACCEPTED, provider_ref="SM1")
UNKNOWN = Outcome(Kind.UNKNOWN, code="no_answer")
SMS = "sms-bulk"
SES = {
    "region": "ca-central-1",
    "access_key_id": "AKIA0000000000000000",
    "secret_access_key": "s",
}


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def account(tenant):
    return account_of(tenant, "sms.twilio", config=TWILIO)


@pytest.fixture
def text(tenant, account):
    """A text that was handed over under the reference SM1."""
    [message] = many(tenant, channel="sms", on_unknown="hold")
    [call] = begun(SMS)
    finish([(call, ACCEPTED)])
    assert again(message).state == "sent"
    return message


def mail_to(tenant, account, *addresses):
    """A mail that was handed over under the reference M1."""
    [message] = many(tenant, channel="email", state="sent")
    Recipient.across_tenants().filter(message=message).delete()
    for one in addresses:
        Recipient(
            tenant=tenant,
            message=message,
            kind="to",
            address=one,
            address_hash=address_hash(tenant.id, one),
        ).save()
    sent(message, account, "M1")
    return message


def test_a_receipt_is_told_in_the_history(account, text):
    tell(
        account,
        receipt(Word.PERM_FAILED, "SM1", code="30005", detail="No such number"),
    )
    apply()

    now = again(text)
    assert (now.state, now.error_code) == ("perm_failed", "30005")
    entry = LedgerEntry.across_tenants().filter(message=text).latest("id")
    assert (entry.cause, entry.detail) == ("receipt", "No such number")
    assert Notification.across_tenants().get().status == "failed"
    assert Incoming.objects.get().matched_id == text.id
    assert_books_balance()


def test_delivered_is_the_notifications_end(account, text):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    apply()

    assert again(text).state == "delivered"
    assert Notification.across_tenants().get().status == "completed"
    assert_books_balance()


def test_brought_three_times_it_is_one_transition(account, text):
    for _ in range(3):
        tell(account, receipt(Word.DELIVERED, "SM1"))
    apply()
    tell(account, receipt(Word.DELIVERED, "SM1", event="again"))
    apply()

    assert story(text).count("receipt") == 1
    assert states() == ["applied", "applied"]


@profile(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(list(Word)), min_size=1, max_size=6), st.booleans())
def test_any_order_and_repetition_ends_alike(words, at_once):
    tenant = TenantFactory()
    account = account_of(tenant, "sms.twilio", config=TWILIO, name=str(uuid4()))
    [message] = many(
        tenant, channel="sms", state="sent", finished_at="2020-01-01T00:00:00Z"
    )
    sent(message, account, "SM1")

    for number, word in enumerate(words):
        tell(account, receipt(word, "SM1", event=str(number)))
        if not at_once:
            apply()
    apply()

    assert again(message).state == max(words, key=RANK.__getitem__)
    told = list(
        LedgerEntry.across_tenants()
        .filter(message=message, cause="receipt")
        .order_by("id")
        .values_list("became", flat=True)
    )
    ranks = [RANK[Word(one)] for one in told]
    assert ranks == sorted(set(ranks)), "the history goes up"


# --- Early ---


def test_a_receipt_by_our_id_is_right_before_the_call_has_ended(account, tenant):
    [message] = many(tenant, channel="sms", on_unknown="hold")
    [call] = begun(SMS)
    tell(account, receipt(Word.DELIVERED, "SM1", message_id=message.id))
    apply()
    finish([(call, ACCEPTED)])

    now = again(message)
    assert (now.state, now.provider_ref) == ("delivered", "SM1")
    assert_books_balance()


def test_a_receipt_before_our_own_commit_is_applied_right_after_it(
    account, tenant, monkeypatch
):
    """By the provider's reference alone, which we learn with the answer."""
    monkeypatch.setattr(
        "delivery.finishing.capabilities", lambda _key: frozenset({"receipts"})
    )
    [message] = many(tenant, channel="sms", on_unknown="hold")
    [call] = begun(SMS)
    tell(account, receipt(Word.DELIVERED, "SM1"))
    apply()
    assert (again(message).state, states()) == ("sending", ["queued"])

    finish([(call, ACCEPTED)])
    apply()

    assert again(message).state == "delivered"
    assert_books_balance()


# --- In doubt ---


def doubted(tenant, *, policy="hold"):
    [message] = many(tenant, channel="sms", on_unknown=policy)
    [call] = begun(SMS)
    finish([(call, UNKNOWN)])
    assert again(message).state == "unknown"
    return message, call


@pytest.mark.parametrize("word", list(Word))
def test_a_receipt_clears_up_what_nobody_knew(account, tenant, word):
    message, _call = doubted(tenant)
    tell(account, receipt(word, "SM1", message_id=message.id))
    apply()

    now = again(message)
    assert (now.state, now.provider_ref) == (word, "SM1")
    assert_books_balance()


def test_a_receipt_closes_what_was_given_up(account, tenant):
    message, _call = doubted(tenant)
    Message.across_tenants().filter(id=message.id).update(lookups=5)
    monkey = Message.across_tenants().filter(id=message.id)
    monkey.update(provider="sms.mmg")  # which cannot be asked
    due_now(message)
    sweeping.settle_unknown()
    assert again(message).state == "dead"

    tell(account, receipt(Word.DELIVERED, message_id=message.id))
    apply()

    assert again(message).state == "delivered"
    assert_books_balance()


@pytest.mark.parametrize("word", [Word.SENT, Word.DELIVERED])
def test_what_turns_out_to_have_arrived_is_not_sent_again(account, tenant, word):
    message, _call = doubted(tenant, policy="retry_once")
    Message.across_tenants().filter(id=message.id).update(provider="sms.mmg")
    due_now(message)
    sweeping.settle_unknown()
    assert again(message).state == "queued"

    tell(account, receipt(word, "SM1", message_id=message.id))
    apply()

    assert again(message).state == word
    assert claiming.claim(Message, SMS, 1, token=uuid4()) is None
    assert_books_balance()


def test_a_refused_repeat_means_that_the_first_arrived(account, tenant):
    message, _call = doubted(tenant)
    tell(
        account,
        receipt(
            Word.PERM_FAILED, message_id=message.id, code="mmg_5_23", repeated=True
        ),
    )
    apply()

    assert again(message).state == "sent"


def test_a_refused_repeat_without_a_doubt_is_a_refusal(account, text):
    tell(account, receipt(Word.PERM_FAILED, "SM1", code="mmg_5_23", repeated=True))
    apply()

    assert again(text).state == "perm_failed"


def test_that_an_earlier_attempt_failed_is_no_news(account, tenant):
    message, _call = doubted(tenant, policy="retry_once")
    Message.across_tenants().filter(id=message.id).update(provider="sms.mmg")
    due_now(message)
    sweeping.settle_unknown()
    [call] = begun(SMS)
    finish([(call, Outcome(Kind.ACCEPTED, provider_ref="SM2"))])

    tell(account, receipt(Word.PERM_FAILED, "SM1", message_id=message.id))
    apply()
    assert again(message).state == "sent"

    tell(account, receipt(Word.DELIVERED, "SM1", message_id=message.id))
    apply()
    assert again(message).state == "delivered"


def test_a_receipt_of_the_account_before_a_failover_finds_its_message(tenant):
    """By the provider's reference alone, which came when another had the message."""
    first = account_of(tenant, "email.ses", name="First", config=SES)
    [mail] = many(tenant, channel="email", on_unknown="retry_once")
    [early] = begun("email-bulk")
    lease_over(mail)
    sweeping.doubt_sending()
    due_now(mail)
    sweeping.settle_unknown()
    Account.across_tenants().filter(id=first.id).update(active=False)
    account_of(tenant, "email.ses", name="Second", config=SES)
    [late] = begun("email-bulk")
    assert late.account.id != first.id
    finish([(early, Outcome(Kind.ACCEPTED, provider_ref="first-1"))])
    finish([(late, Outcome(Kind.ACCEPTED, provider_ref="second-1"))])

    tell(first, receipt(Word.PERM_FAILED, "first-1"))
    apply()
    assert (again(mail).state, states()) == ("sent", ["applied"])

    tell(first, receipt(Word.DELIVERED, "first-1"))
    apply()
    assert again(mail).state == "delivered"
    assert_books_balance()


def test_a_vanished_worker_and_a_late_receipt(account, tenant):
    [message] = many(tenant, channel="sms", on_unknown="hold")
    begun(SMS)
    lease_over(message)
    sweeping.doubt_sending()
    tell(account, receipt(Word.DELIVERED, message_id=message.id))
    apply()

    assert again(message).state == "delivered"
    assert_books_balance()


# --- Several recipients ---


def test_of_a_mail_each_recipient_has_a_word_of_its_own(tenant):
    account = account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    mail = mail_to(tenant, account, ANN, BOB)

    tell(account, receipt(Word.PERM_FAILED, "M1", address=ANN, keep_away="bounced"))
    apply()
    assert again(mail).state == "sent"

    tell(account, receipt(Word.DELIVERED, "M1", address=BOB.upper()))
    apply()

    assert again(mail).state == "delivered"
    words = Recipient.across_tenants().filter(message=mail).order_by("id")
    assert list(words.values_list("state", flat=True)) == ["perm_failed", "delivered"]
    assert Suppression.for_tenant(tenant).get().reason == "bounced"


def test_a_mail_has_failed_when_the_last_has_not_got_it(tenant):
    account = account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    for order in itertools.permutations([ANN, BOB]):
        mail = mail_to(tenant, account, ANN, BOB)
        for address in order:
            tell(
                account,
                receipt(Word.PERM_FAILED, "M1", address=address, event=str(mail.id)),
            )
            apply()

        assert again(mail).state == "perm_failed"
        sent(mail, account, "")


def test_recipients_words_only_go_up(tenant):
    account = account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    mail = mail_to(tenant, account, ANN, BOB)
    for word in (Word.DELIVERED, Word.TEMP_FAILED):
        tell(account, receipt(word, "M1", address=ANN))
        apply()

    first = Recipient.across_tenants().filter(message=mail).order_by("id").first()
    assert first is not None
    assert first.state == "delivered"


# --- More than a word ---


@pytest.mark.parametrize("reason", ["bounced", "complained", "stopped"])
def test_whom_not_to_write_to_is_on_the_list(account, text, reason):
    tell(account, receipt(Word.PERM_FAILED, "SM1", keep_away=reason))
    apply()

    row = Suppression.for_tenant(text.tenant).get()
    assert (row.reason, row.channel) == (reason, "sms")
    assert row.address == Recipient.across_tenants().get(message=text).address


def test_nobody_is_suppressed_who_is_no_recipient(tenant):
    account = account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    mail_to(tenant, account, ANN, BOB)
    stranger = "cat@example.org"
    tell(
        account,
        receipt(Word.PERM_FAILED, "M1", address=stranger, keep_away="bounced"),
    )
    apply()

    assert not Suppression.across_tenants().exists()


@pytest.mark.parametrize("first", ["complaint", "bounce"])
def test_a_complaint_says_that_it_arrived_unless_it_has_failed(account, text, first):
    complaint = receipt(Word.DELIVERED, "SM1", keep_away="complained")
    bounce = receipt(Word.PERM_FAILED, "SM1", keep_away="bounced")
    tell(account, complaint if first == "complaint" else bounce)
    apply()
    if first == "complaint":
        assert again(text).state == "delivered"
    tell(account, bounce if first == "complaint" else complaint)
    apply()

    now = again(text)
    assert now.state == "perm_failed"
    assert now.complained_at is not None
    assert story(text).count("complaint") == 1
    assert_books_balance()


def test_one_complaint_is_told_once(account, text):
    for event in ("1", "2"):
        tell(
            account,
            receipt(Word.DELIVERED, "SM1", keep_away="complained", event=event),
        )
        apply()

    assert story(text).count("complaint") == 1


def test_what_no_document_explains_is_told_and_changes_nothing(account, text):
    tell(account, receipt(Word.SENT, "SM1", code="odd", detail="odd", unlisted=True))
    apply()

    assert again(text).state == "sent"
    assert story(text)[-1] == "receipt_unlisted"
    assert_books_balance()


# --- The pump ---


def test_what_workers_die_over_is_taken_aside(account, text):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    Incoming.objects.update(claims=POISON_CLAIMS)
    apply()

    assert (states(), again(text).state) == ([DEAD], "sent")


def test_what_does_not_open_is_taken_aside_and_the_rest_goes_on(account, text):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    tell(account, receipt(Word.SENT, "SM9"))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_incoming SET said = %s WHERE provider_ref = 'SM9'",
            [b"no seal at all"],
        )
    apply()

    assert (states(), again(text).state) == (["applied", DEAD], "delivered")


@pytest.mark.only_on("postgresql")  # SQLite has one worker
@pytest.mark.django_db(transaction=True)
def test_workers_that_apply_at_once_apply_each_once(tenant, account):
    messages = many(
        tenant, 30, channel="sms", state="sent", finished_at="2020-01-01T00:00:00Z"
    )
    for number, one in enumerate(messages):
        sent(one, account, f"SM{number}")
        for event in range(3):
            tell(account, receipt(Word.DELIVERED, f"SM{number}", event=str(event)))

    def work() -> None:
        try:
            apply()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    apply()

    assert set(states()) == {"applied"}
    moved = LedgerEntry.across_tenants().filter(cause="receipt")
    assert moved.count() == len(messages)


def test_a_token_that_is_not_ours_applies_nothing(account, text):
    tell(account, receipt(Word.DELIVERED, "SM1"))
    found = claiming.claim(Incoming, settings.RECEIPTS_LANE, 10, token=uuid4())
    assert found is not None
    applying.apply(found.ids, uuid4())

    assert (states(), again(text).state) == (["claimed"], "sent")
