"""A person is forgotten everywhere, whatever is killed on the way, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from delivery import erasing as history
from delivery import recording
from delivery.models import (
    Attempt,
    Content,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    Recipient,
)
from delivery.states import Status
from events import erasing
from events.errors import InvalidErasure
from events.models import Erasure, IdempotencyKey, TenantDefaults
from providers.files import File
from recipients import groups, lists, subscribing, suppression
from recipients.models import Suppression
from tenants import auditing, notices
from tenants.models import AuditEntry, RefusedCall
from tests.delivery.accepted import accepted, email_plan, end
from tests.delivery.scene import assert_books_balance
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
JANE = "jane.canary@example.org"
FRED = "fred@example.org"


@pytest.fixture
def tenant():
    return TenantFactory()


def ask(tenant, address: str = JANE) -> Erasure:
    return erasing.ask(tenant, address, reason="She asked us to.", asked_by="Ops")


def again(order: Erasure) -> Erasure:
    return Erasure.across_tenants().get(id=order.id)


def to(*addresses: str, **changes):
    return email_plan(to=addresses, **changes)


def mail_to_jane(tenant, **changes) -> Notification:
    """As it looks when much was said of her."""
    plan = to(JANE, files=(File(f"{JANE}.txt", "text/plain", JANE.encode()),))
    values = {"correlation_id": JANE, "tags": (JANE, "permits"), **changes}
    one = accepted(tenant, plan, params={"to": JANE}, **values)
    recording.record_repeat(one, f"again:{JANE}")
    message = Message.for_tenant(tenant).get(notification=one)
    detail = f"550 {JANE}: no such user"
    Message.for_tenant(tenant).filter(id=message.id).update(
        error_detail=detail, provider_ref="ref-1"
    )
    Attempt(
        tenant=tenant,
        message=message,
        number=1,
        provider="email.smtp",
        worker="w",
        outcome="permanent",
        detail=detail,
    ).save()
    LedgerEntry(
        tenant=tenant, message=message, was="queued", became="failed", detail=detail
    ).save()
    end(one)
    return one


def everything(*besides: type[models.Model]) -> str:
    """Every column of every row as our code reads it: what is sealed is opened."""
    found: list[str] = []
    for model in apps.get_models():
        if model in besides:
            continue
        for row in model._base_manager.all():
            for one in model._meta.concrete_fields:
                value = one.value_from_object(row)
                packed = isinstance(value, bytes | memoryview)
                found.append(bytes(value).decode("latin-1") if packed else repr(value))
    return "\n".join(found).lower()


def test_nothing_that_is_stored_holds_the_address_any_more(tenant):
    mail_to_jane(tenant)
    end(accepted(tenant, to(FRED), params={"applicant": {"mail": JANE.upper()}}))
    groups.create(tenant, name="G", channel_code="email", addresses=[JANE, FRED])
    notices.store(tenant, "told", {"address": JANE})
    news = lists.create(tenant, name="News")
    subscribing.subscribe(news, channel_code="email", address=JANE, confirmed=True)
    suppression.suppress(
        tenant,
        channel_code="email",
        address=JANE,
        reason="by_hand",
        note=f"{JANE} wrote to us",
    )
    IdempotencyKey(
        tenant=tenant,
        key_type="live",
        endpoint="email",
        key_hash=bytes(32),
        body_hash=bytes(32),
        status=202,
        answer={"warnings": [f"{JANE} was left out"]},
        expires_at=timezone.now() + timedelta(days=1),
    ).save()
    RefusedCall(
        tenant=tenant, method="POST", path="/x", status=422, correlation_id=JANE
    ).save()
    assert JANE in everything()

    order = ask(tenant)

    assert erasing.carry_on(order)
    assert JANE not in everything()
    assert again(order).address is None
    assert again(order).counts == {
        "notifications": 2,
        "members": 1,
        "notices": 1,
        "answers": 1,
        "suppressed": 1,
        "subscriptions": 1,
        "refused_calls": 1,
    }
    assert Suppression.for_tenant(tenant).exists(), "nothing is sent again"


def test_what_became_of_it_can_still_be_told(tenant):
    one = mail_to_jane(tenant)

    erasing.carry_on(ask(tenant))

    recipient = Recipient.for_tenant(tenant).get()
    assert (recipient.address, recipient.kind) == ("erased", "to")
    assert Notification.for_tenant(tenant).get(id=one.id).status == "completed"
    assert [row.tag for row in NotificationTag.for_tenant(tenant)] == ["permits"]
    assert Message.for_tenant(tenant).get().error_detail == "550 erased: no such user"


def test_others_on_the_same_mail_keep_their_names(tenant):
    end(accepted(tenant, to(JANE, FRED)))

    erasing.carry_on(ask(tenant))

    rows = Recipient.for_tenant(tenant).order_by("id")
    assert sorted(one.address for one in rows) == ["erased", FRED]


def test_nothing_of_others_is_touched(tenant):
    theirs = TenantFactory()
    mail_to_jane(theirs)
    bystander = accepted(tenant, to(FRED), params={"to": FRED})
    end(bystander)

    erasing.carry_on(ask(tenant))

    assert JANE in everything()
    assert Notification.for_tenant(tenant).get().params == {"to": FRED}
    assert Content.for_tenant(tenant).get().body["texts"]


def test_what_is_to_be_sent_to_them_is_cancelled_and_erased(tenant):
    accepted(tenant, to(JANE), params={"to": JANE})

    order = ask(tenant)

    assert erasing.carry_on(order)
    assert Message.for_tenant(tenant).get().state == Status.CANCELLED
    assert JANE not in everything()
    assert_books_balance()


def test_a_mail_that_waits_goes_to_the_others_alone(tenant):
    one = accepted(tenant, to(JANE, FRED))
    order = ask(tenant)

    assert not erasing.carry_on(order)

    assert Message.for_tenant(tenant).get().state == Status.QUEUED
    assert [row.address for row in Recipient.for_tenant(tenant)] == [FRED]
    assert again(order).stage == Erasure.Stage.WAITING
    end(one)
    assert erasing.carry_on(again(order))
    assert Content.for_tenant(tenant).get().body == {}


def test_what_a_provider_is_given_just_now_waits_for_its_end(tenant):
    one = accepted(tenant, to(JANE))
    Message.for_tenant(tenant).update(
        state="sending", claim_token=one.id, lease_until=timezone.now()
    )
    order = ask(tenant)

    assert not erasing.carry_on(order)

    assert again(order).waiting == [str(one.id)]
    sent = {"state": "sent", "claim_token": None, "lease_until": None}
    Message.for_tenant(tenant).update(**sent)
    end(one)
    erasing.carry_on_all()
    assert again(order).finished_at
    assert JANE not in everything()


def test_what_comes_later_is_not_touched(tenant):
    order = ask(tenant)
    later = accepted(tenant, to(JANE), at=timezone.now() + timedelta(minutes=1))

    assert erasing.carry_on(order)

    assert Message.for_tenant(tenant).get(notification=later).state == Status.QUEUED


class Killed(Exception):
    """What a kill looks like from inside: nothing after it runs."""


@pytest.mark.parametrize("steps", range(1, 9))
def test_killed_after_any_step_it_goes_on_to_the_end(tenant, monkeypatch, steps):
    monkeypatch.setattr(erasing, "BATCH", 1)
    for _ in range(3):
        mail_to_jane(tenant)
    order = ask(tenant)
    left = iter(range(steps))
    look, save = history.erase, erasing._save

    def maybe_killed(*args, **named):
        if next(left, None) is None:
            raise Killed
        return look(*args, **named)

    def killed_before_it_is_noted(*args, **named):
        if next(left, None) is None:
            raise Killed
        save(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(history, "erase", maybe_killed)
        patched.setattr(erasing, "_save", killed_before_it_is_noted)
        with pytest.raises(Killed):
            erasing.carry_on(order)
    for row in Notification.for_tenant(tenant):
        whole = JANE in repr(row.params)
        tags = NotificationTag.for_tenant(tenant).filter(notification=row)
        recipient = Recipient.for_tenant(tenant).get(message__notification=row)
        assert (recipient.address == JANE) is whole, "half erased"
        assert any(one.tag == JANE for one in tags) is whole, "half erased"

    erasing.carry_on_all()

    assert JANE not in everything()
    assert again(order).finished_at


def test_what_remains_is_named_with_its_place(tenant):
    row = TenantDefaults(tenant=tenant, channel="email", values={"replyTo": [JANE]})
    row.save()
    noted = {"note": JANE}
    auditing.record(None, "created", row, tenant=tenant, after=noted)
    order = ask(tenant)

    assert erasing.carry_on(order)

    kinds = [kind for kind, _name in again(order).remains]
    assert kinds == ["defaults", "audit"]
    assert JANE not in everything(TenantDefaults, AuditEntry)


@pytest.mark.parametrize(
    ("address", "reason", "field"),
    [
        ("somebody", "asked", "address"),
        (JANE, " ", "reason"),
        (JANE, "two\nlines", "reason"),
        (JANE, f"{JANE} asked us", "reason"),
    ],
)
def test_an_order_needs_an_address_and_a_reason_without_it(
    tenant, address, reason, field
):
    with pytest.raises(InvalidErasure) as refused:
        erasing.ask(tenant, address, reason=reason, asked_by="Ops")

    assert refused.value.errors[0].field == field
    assert not Erasure.for_tenant(tenant).exists()
