"""Senders: one default, verified by link, refused where they make no sense."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from notify_project.errors import Invalid
from providers import senders
from providers.models import Sender
from tenants.models import Notice
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return TenantFactory()


def _create(tenant, address="desk@example.org", channel="email", **values):
    return senders.create(tenant, channel_code=channel, address=address, **values)


def test_an_address_waits_for_its_owner(tenant):
    sender = _create(tenant, name="Help desk", reply_to="Answers@Example.org")

    assert sender.verified_at is None
    assert sender.reply_to == "Answers@example.org"
    assert Notice.for_tenant(tenant).get().data == {"sender": str(sender.id)}


@pytest.mark.parametrize(
    ("channel", "address", "stored"),
    [
        ("email", "Example.ORG", "example.org"),
        ("sms", "7787001234", "+17787001234"),
        ("sms", "GovBC", "GovBC"),
    ],
)
def test_domains_numbers_and_names_are_for_the_operator(
    tenant, channel, address, stored
):
    sender = _create(tenant, address, channel)

    assert sender.address == stored
    assert not Notice.for_tenant(tenant).exists()


def test_there_is_one_default_of_a_channel(tenant):
    first = _create(tenant, "a@example.org", is_default=True)
    second = _create(tenant, "b@example.org", is_default=True)

    first.refresh_from_db()

    assert (first.is_default, second.is_default) == (False, True)


def test_the_same_address_twice_is_refused(tenant):
    _create(tenant, "desk@example.org")

    with pytest.raises(senders.SenderTaken):
        _create(tenant, "DESK@example.org")


def test_another_tenant_may_have_the_same_address(tenant):
    _create(tenant)

    assert _create(TenantFactory()).address == "desk@example.org"


@pytest.mark.parametrize(
    ("channel", "address", "field"),
    [
        ("email", "not an address", "address"),
        ("email", "a@example.org\r\nBcc: x@example.org", "address"),
        ("sms", "no@number", "address"),
        ("msgApp", "room", "channel"),
    ],
)
def test_what_nothing_can_come_from_is_refused(tenant, channel, address, field):
    with pytest.raises(Invalid) as caught:
        _create(tenant, address, channel)

    assert caught.value.errors[0].field == field


def test_a_link_opens_its_sender_only(tenant):
    sender = _create(tenant)

    assert senders.opened(senders.token(sender)) == sender


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", pytest.param(signing.dumps("x", salt="notify.sender"), id="id")],
)
def test_an_altered_link_opens_nothing(text):
    with pytest.raises(senders.InvalidLink):
        senders.opened(text)


def test_a_link_for_something_else_opens_nothing(tenant):
    sender = _create(tenant)

    with pytest.raises(senders.InvalidLink):
        senders.opened(signing.dumps(str(sender.id), salt="notify.other"))


def test_another_tenants_sender_is_not_found(tenant):
    sender = _create(tenant)

    with pytest.raises(senders.SenderNotFound):
        senders.find(TenantFactory(), sender.id)


def test_a_change_leaves_the_rest_alone(tenant):
    sender = _create(tenant, name="Desk", reply_to="a@example.org")

    senders.change(sender, tenant, name="Help")

    stored = Sender.for_tenant(tenant).get()
    assert (stored.name, stored.reply_to) == ("Help", "a@example.org")


def test_an_unverified_sender_does_not_take_the_default_from_one_that_works(tenant):
    first = _create(tenant, "a@example.org", is_default=True)
    senders.verify(first)

    with pytest.raises(Invalid, match="not verified"):
        _create(tenant, "b@example.org", is_default=True)

    first.refresh_from_db()
    assert first.is_default


def test_links_are_not_mailed_without_end(tenant):
    for number in range(senders.LINKS_PER_HOUR):
        _create(tenant, f"desk{number}@example.org")

    with pytest.raises(senders.TooManyLinks):
        _create(tenant, "one-more@example.org")


@pytest.mark.parametrize(
    ("trial", "limit"),
    [(True, senders.LINKS_ON_TRIAL), (False, senders.LINKS_PER_DAY)],
)
def test_nor_are_more_of_them_in_a_day_and_few_on_trial(trial, limit):
    """They reach whomever a trial tenant may not write to: and who deletes a sender to
    add it again, or asks for the link again, gains nothing."""
    tenant = TenantFactory(trial=trial)
    sender = _create(tenant)
    for _ in range(limit - 1):
        Notice.for_tenant(tenant).update(created_at=timezone.now() - timedelta(hours=2))
        senders.ask(sender)
    Notice.for_tenant(tenant).update(created_at=timezone.now() - timedelta(hours=23))
    senders.delete(sender)

    with pytest.raises(senders.TooManyLinks, match="in a day"):
        _create(tenant)
    assert not Sender.for_tenant(tenant).exists()
    Notice.for_tenant(tenant).update(created_at=timezone.now() - timedelta(hours=25))
    assert _create(tenant)
    assert _create(TenantFactory(trial=trial))
