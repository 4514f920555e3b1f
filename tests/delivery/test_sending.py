"""The pump, with real calls to a program on loopback."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from delivery import beginning, finishing, sending
from delivery.models import (
    Attachment,
    Attempt,
    Content,
    LedgerEntry,
    Message,
    Notification,
)
from delivery.sending import pump
from notify_project.queue import claiming
from notify_project.queue.pumps import Wake
from providers.accounts import offers
from providers.models import Account
from tests.delivery.receiver import OK, SILENCE, receiving
from tests.delivery.scene import (
    LANE,
    account_of,
    again,
    assert_books_balance,
    chat_account,
    due_now,
    lease_over,
    many,
    story,
    work,
)
from tests.providers.email.servers import mail_server
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


def _room(tenant, receiver, count=1, **changes):
    account = chat_account(tenant, receiver.url)
    return many(tenant, count, pinned_account=account, **changes)


def test_everything_due_is_sent_once(tenant):
    with receiving() as receiver:
        messages = _room(tenant, receiver, 50)
        work()

    assert sorted(receiver.counts) == sorted(str(one.id) for one in messages)
    assert set(receiver.counts.values()) == {1}
    assert {again(one).state for one in messages} == {"sent"}
    assert Notification.across_tenants().get().status == "completed"
    assert_books_balance()


def test_what_is_due_later_waits(tenant):
    with receiving() as receiver:
        [message] = _room(tenant, receiver, due_at="2100-01-01T00:00:00Z")
        work()

    assert receiver.posts == []
    assert again(message).state == "queued"


def test_a_slow_call_holds_up_no_other(tenant, settings):
    """A window that slides, and no batch that waits for its slowest."""
    settings.LANE_CONCURRENCY = 2
    all_others_came = threading.Event()
    in_time: list[bool] = []
    slow: list[str] = []

    def answer(key, _nth):
        if not slow:
            slow.append(key)
            in_time.append(all_others_came.wait(15))
        elif len(receiver.counts) == 12:
            all_others_came.set()
        return OK

    with receiving(answer=answer) as receiver:
        messages = _room(tenant, receiver, 12)
        work()

    assert in_time == [True]
    assert {again(one).state for one in messages} == {"sent"}


def test_outcomes_that_arrive_together_are_written_together(tenant, monkeypatch):
    all_came = threading.Barrier(16, timeout=20)
    written: list[int] = []

    def answer(_key, _nth):
        all_came.wait()
        return OK

    def counted(landed, *rest):
        written.append(len(landed))
        finish(landed, *rest)

    finish = finishing.finish
    monkeypatch.setattr(finishing, "finish", counted)
    with receiving(answer=answer) as receiver:
        messages = _room(tenant, receiver, 16)
        work()

    assert sum(written) == 16
    assert len(written) <= 8, "not one by one"
    assert {again(one).state for one in messages} == {"sent"}


def test_while_a_provider_is_called_no_row_is_locked(tenant):
    """And so no transaction is open: on SQLite it would hold the one write lock."""
    written: list[int] = []

    def answer(key, _nth):
        try:
            with transaction.atomic():
                row = Message.across_tenants().filter(id=key, state="sending")
                written.append(row.update(error_detail="written meanwhile"))
        finally:
            connection.close()
        return OK

    with receiving(answer=answer) as receiver:
        messages = _room(tenant, receiver, 3)
        work()

    assert written == [1, 1, 1]
    assert {again(one).state for one in messages} == {"sent"}


def test_mails_whose_files_find_no_room_wait_and_others_pass(tenant, settings):
    settings.FILES_IN_FLIGHT_BYTES = 1500
    order: list[str] = []
    with mail_server() as mailbox:
        config = {"host": "127.0.0.1", "port": mailbox.port, "security": "none"}
        account_of(tenant, "email.smtp", config=config)
        large = many(tenant, 3, channel="email", due_at="2020-01-01T00:00:00Z")
        Attachment(
            tenant=tenant,
            content=large[0].content,
            filename="a.pdf",
            content_type="application/pdf",
            size=1000,
            data=bytes(1000),
        ).save()
        small = many(tenant, 3, channel="email")
        work("email-bulk")
        began = Attempt.across_tenants().order_by("started_at", "id")
        order = [one.message_id for one in began]

    assert {again(one).state for one in [*large, *small]} == {"sent"}
    assert len(mailbox.mails) == 6
    assert [one in {each.id for each in large} for one in order].index(False) == 1
    assert {one.id for one in large} & set(order[-2:]) == set(order[-2:])
    assert_books_balance()


def test_a_refusal_ends_the_message_with_the_providers_words(tenant):
    with receiving(answer=lambda *_: (400, {})) as receiver:
        [message] = _room(tenant, receiver)
        work()

    assert again(message).state == "failed"
    assert again(message).tries == 1
    assert Notification.across_tenants().get().status == "failed"
    assert_books_balance()


def test_too_many_requests_pause_the_account_and_spend_no_try(tenant):
    with receiving(answer=lambda *_: (429, {"Retry-After": "120"})) as receiver:
        messages = _room(tenant, receiver, 40)
        work()

    account = Account.for_tenant(tenant).get()
    assert account.paused_until is not None
    assert len(receiver.posts) <= 16, "one window at most was in flight"
    assert {again(one).state for one in messages} == {"queued"}
    assert {again(one).tries for one in messages} == {0}
    called = Attempt.across_tenants().exclude(outcome="held")
    assert called.count() == len(receiver.posts)
    held = [again(one) for one in messages if again(one).account_id is None]
    assert len(held) == 40 - len(receiver.posts)
    assert {one.hold_reason for one in held} == {"account_pausing"}
    assert_books_balance()


def test_a_hold_is_told_once_however_long_it_lasts(tenant):
    [message] = many(tenant, 1, channel="email")
    Account.across_tenants().filter(channel="email").delete()
    offers.forget()
    for _ in range(3):
        work("email-bulk")
        due_now(message)

    held = again(message)
    assert (held.state, held.hold_reason, held.tries) == ("queued", "no_account", 0)
    assert held.claims == 0, "waiting is not suspicious"
    assert story(message) == ["accepted", "no_account"]
    assert "account" in held.error_detail
    attempt = Attempt.across_tenants().get()
    assert (attempt.outcome, attempt.code) == ("held", "no_account")
    assert attempt.detail == held.error_detail
    assert (attempt.number, held.attempts, attempt.provider) == (1, 1, "")
    assert_books_balance()


def waiting_for_its_account(tenant, receiver):
    """A message that met its pinned account switched off."""
    account = chat_account(tenant, receiver.url)
    Account.across_tenants().filter(id=account.id).update(active=False)
    offers.forget()
    [message] = many(tenant, 1, pinned_account=account)
    work()
    return message


def test_an_attempt_after_a_hold_has_the_next_number(tenant):
    with receiving() as receiver:
        message = waiting_for_its_account(tenant, receiver)
        Account.across_tenants().filter(id=message.pinned_account_id).update(
            active=True
        )
        offers.forget()
        due_now(message)
        work()

    rows = Attempt.across_tenants().order_by("number")
    numbered = list(rows.values_list("number", "outcome"))
    assert numbered == [(1, "held"), (2, "accepted")]
    assert (again(message).state, again(message).attempts) == ("sent", 2)
    assert_books_balance()


def test_a_new_reason_to_wait_is_an_attempt_of_its_own(tenant):
    with receiving() as receiver:
        message = waiting_for_its_account(tenant, receiver)
        tenant.active = False
        tenant.save()
        for _ in range(2):
            due_now(message)
            work()

    rows = Attempt.across_tenants().order_by("number")
    assert list(rows.values_list("code", flat=True)) == [
        "no_account",
        "tenant_inactive",
    ]
    assert_books_balance()


def test_a_hold_ends_with_the_messages_window(tenant):
    [message] = many(tenant, 1, channel="email", first_due_at="2020-01-01T00:00:00Z")
    work("email-bulk")

    assert (again(message).state, again(message).error_code) == ("dead", "no_account")
    assert Notification.across_tenants().get().status == "failed"


def test_a_tenant_that_is_switched_off_holds_its_messages(tenant):
    with receiving() as receiver:
        [message] = _room(tenant, receiver)
        tenant.active = False
        tenant.save()
        work()

    assert receiver.posts == []
    assert again(message).hold_reason == "tenant_inactive"


def test_a_message_that_cannot_be_read_does_not_stop_the_lane(tenant):
    with receiving() as receiver:
        [broken, *well] = _room(tenant, receiver, 5)
        other = Content(
            tenant=tenant,
            notification=broken.notification,
            channel="msgApp",
            body={"texts": {}},
        )
        other.save()
        Message.across_tenants().filter(id=broken.id).update(content=other)
        _garble("delivery_recipient", well[0])
        work()

    assert again(broken).state == "dead"
    assert again(broken).error_code == "unreadable"
    assert again(well[0]).error_code == "unreadable"
    assert {again(one).state for one in well[1:]} == {"sent"}
    assert_books_balance()


def _garble(table, message):
    """As if the column had been sealed with a key that is lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET address = %s WHERE message_id = %s",
            [
                b"\x01\x03old" + bytes(40),
                message.id.hex if connection.vendor == "sqlite" else message.id,
            ],
        )


def test_an_account_that_cannot_be_read_holds_only_its_own(tenant):
    with receiving() as receiver:
        lost = chat_account(tenant, receiver.url, name="lost")
        [waiting] = many(tenant, 1, pinned_account=lost)
        [message] = _room(tenant, receiver)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE providers_account SET config = %s WHERE name = 'lost'",
                [b"\x01\x03old" + bytes(40)],
            )
        offers.forget()
        work()

    assert again(message).state == "sent"
    assert again(waiting).hold_reason == "no_account"


def test_a_lost_answer_is_repeated_under_the_same_key_at_the_same_account(tenant):
    with receiving(answer=lambda _key, nth: SILENCE if nth == 1 else OK) as receiver:
        [message] = _room(tenant, receiver)
        work()
        assert again(message).state == "queued"
        assert again(message).unknowns == 1
        due_now(message)
        work()

    assert receiver.counts == {str(message.id): 2}
    assert again(message).state == "sent"
    assert_books_balance()


def test_a_row_that_killed_two_workers_is_still_sent_alone(tenant):
    with receiving() as receiver:
        messages = _room(tenant, receiver, 3, claims=2)
        work()

    assert {again(one).state for one in messages} == {"sent"}
    assert {again(one).claims for one in messages} == {0}


def test_a_row_that_killed_five_workers_is_poison(tenant):
    with receiving() as receiver:
        [message] = _room(tenant, receiver, claims=5)
        work()

    assert receiver.posts == []
    assert (again(message).state, again(message).error_code) == ("dead", "poison")


def test_suspects_do_not_wait_for_a_lane_to_be_empty(tenant, monkeypatch):
    monkeypatch.setattr(sending, "_SUSPECT_SECONDS", 0.2)
    with receiving(delay_seconds=0.05) as receiver:
        account = chat_account(tenant, receiver.url)
        many(tenant, 300, pinned_account=account)
        [suspect] = many(tenant, 1, pinned_account=account, claims=2)
        work()

    place = receiver.posts.index(str(suspect.id))
    assert place < 250


def test_a_stop_finishes_what_flies_and_gives_back_the_rest(tenant):
    stopping = threading.Event()
    with receiving(delay_seconds=0.5) as receiver:
        messages = _room(tenant, receiver, 60)
        timer = threading.Timer(0.7, stopping.set)
        timer.start()
        pump(LANE, Wake(), stopping)
        timer.join()

    states = [again(one).state for one in messages]
    assert set(states) == {"sent", "queued"}
    assert states.count("sent") == len(receiver.posts)
    assert {again(one).claims for one in messages} == {0}
    assert_books_balance()


def test_a_commit_whose_answer_is_lost_sends_nothing_and_leaves_no_doubt(
    tenant, monkeypatch
):
    def broken(batch):
        begin(batch)
        raise OperationalError("the connection broke during COMMIT")

    begin = beginning.begin
    with receiving() as receiver:
        messages = _room(tenant, receiver, 5)
        monkeypatch.setattr(sending, "begin", broken)
        with pytest.raises(OperationalError):
            work()
        assert receiver.posts == []
        assert {again(one).state for one in messages} == {"queued"}
        monkeypatch.setattr(sending, "begin", begin)
        work()

    assert set(receiver.counts.values()) == {1}
    assert {again(one).state for one in messages} == {"sent"}
    outcomes = Attempt.across_tenants().values_list("outcome", flat=True)
    assert sorted(outcomes) == ["accepted"] * 5 + ["not_called"] * 5
    assert_books_balance()


def test_a_claim_whose_answer_is_lost_is_given_back(tenant, monkeypatch):
    def broken(*args, **named):
        claim(*args, **named)
        raise OperationalError("the connection broke")

    claim = claiming.claim
    with receiving() as receiver:
        messages = _room(tenant, receiver, 5)
        monkeypatch.setattr(claiming, "claim", broken)
        with pytest.raises(OperationalError):
            work()

    assert {again(one).state for one in messages} == {"queued"}
    assert {again(one).claims for one in messages} == {0}


def test_outcomes_wait_while_the_database_is_away(tenant, monkeypatch):
    failures = iter([OperationalError("server closed the connection")] * 2)

    def away(landed, *rest):
        for failure in failures:
            raise failure
        finish(landed, *rest)

    finish = finishing.finish
    monkeypatch.setattr(finishing, "finish", away)
    with receiving() as receiver:
        messages = _room(tenant, receiver, 3)
        work()

    assert set(receiver.counts.values()) == {1}
    assert {again(one).state for one in messages} == {"sent"}


def test_one_outcome_that_cannot_be_stored_takes_no_other_with_it(tenant, monkeypatch):
    def picky(landed, *rest):
        if any(outcome.detail for _, outcome in landed):
            raise ValueError("A string literal cannot contain NUL characters.")
        finish(landed, *rest)

    finish = finishing.finish
    monkeypatch.setattr(finishing, "finish", picky)
    with receiving() as receiver:
        messages = _room(tenant, receiver, 3)
        work()

    assert {again(one).state for one in messages} == {"sent"}


def test_a_worker_that_slept_after_its_commit_does_not_call(tenant, monkeypatch):
    monkeypatch.setattr(sending.calling, "LATE_SECONDS", -1.0)
    with receiving() as receiver:
        [message] = _room(tenant, receiver)
        stopping = threading.Event()
        threading.Timer(0.3, stopping.set).start()
        pump(LANE, Wake(), stopping)

    assert receiver.posts == []
    assert again(message).state == "queued"
    assert again(message).tries == 0
    assert_books_balance()


def test_a_bell_while_all_calls_fly_costs_no_processor(tenant):
    with receiving(delay_seconds=2.0) as receiver:
        _room(tenant, receiver, 40)
        wake, stopping = Wake(), threading.Event()
        timers = [threading.Timer(0.3, wake.ring), threading.Timer(1.5, stopping.set)]
        for timer in timers:
            timer.start()
        before = time.process_time()
        pump(LANE, wake, stopping)
        used = time.process_time() - before

    assert used < 0.6, "it waited, and did not spin"


def test_leases_are_renewed_while_a_call_lasts(tenant, monkeypatch, settings):
    settings.LEASE_SECONDS = 2.0
    monkeypatch.setattr(sending, "_RENEW_SECONDS", 0.3)
    with receiving(delay_seconds=1.5) as receiver:
        [message] = _room(tenant, receiver)
        thread = threading.Thread(target=_work_in_a_thread)
        thread.start()
        seen = set()
        while thread.is_alive():
            lease = again(message).lease_until
            if lease:
                seen.add(lease)
            time.sleep(0.1)
        thread.join()

    assert len(seen) >= 2
    assert again(message).state == "sent"


def _work_in_a_thread():
    try:
        work()
    finally:
        connection.close()


def test_a_killed_workers_claim_is_given_to_another_and_its_calls_are_in_doubt(
    tenant,
):
    with receiving() as receiver:
        [message] = _room(tenant, receiver)
        claiming.claim(Message, LANE, 1, token=message.id)
        lease_over(message)
        assert LedgerEntry.across_tenants().count() == 1
        work()
        assert receiver.posts == [], "its lease is over, but nobody has said so yet"
