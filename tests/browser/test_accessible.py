"""The admin's pages, looked at by axe-core: nothing is in anybody's way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from delivery.models import Message, Notification
from providers import breaker, weights
from providers.models import Account
from tenants.models import Membership, User
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.looking import wrong, wrong_behind
from tests.browser.main_pages import asking_pages, main_pages, operators_pages
from tests.furnished import Furnished, furnish
from tests.tenants.factories import MembershipFactory, UserFactory
from tests.tenants.second_factors import with_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
in_both = pytest.mark.parametrize(
    ("size", "locale"), [(WIDE, "en-CA"), (NARROW, "fr-CA")], ids=["wide", "narrow"]
)


@pytest.fixture
def ours() -> Furnished:
    """With an account that failed and lost points, for the first page."""
    ours = furnish("garden")
    account = Account.for_tenant(ours.tenant).get()
    breaker.open_for(account.id)
    change = weights.Change(account.id, account.weight, 10)
    weights.change([change], reason="errors")
    return ours


@in_both
def test_nothing_on_the_main_pages_stops_anybody(
    visit: Open, ours: Furnished, size: tuple[int, int], locale: str
):
    page = visit(ours.member, size=size, locale=locale)

    pages = main_pages(ours.rows)
    found = {name: told for name, url in pages if (told := wrong(page, url))}

    assert found == {}


@in_both
def test_nor_on_those_of_operators(
    visit: Open,
    ours: Furnished,
    settings: Any,
    tmp_path: Path,
    size: tuple[int, int],
    locale: str,
):
    settings.EMBEDDED, settings.MAILBOX_DIR = True, tmp_path  # so there is a mailbox
    page = visit(UserFactory(is_superuser=True), size=size, locale=locale)

    pages = operators_pages(ours)
    found = {name: told for name, url in pages if (told := wrong(page, url))}

    assert found == {}


@in_both
def test_nor_on_those_behind_a_button(
    visit: Open, ours: Furnished, size: tuple[int, int], locale: str
):
    other = lost_a_factor(ours)
    given_up_and_waiting(ours)
    page = visit(ours.member, size=size, locale=locale)

    found = {
        name: told
        for name, url, button in asking_pages(ours, other)
        if (told := wrong_behind(page, url, button))
    }

    assert found == {}


def test_nor_where_there_is_nothing_yet(visit: Open):
    """Each list says what comes there."""
    place = MembershipFactory(role=Membership.Role.ADMIN)
    page, nobody = visit(place.user), visit(UserFactory())

    pages = main_pages([])
    found = {name: told for name, url in pages if (told := wrong(page, url))}

    assert found == {}
    assert wrong(nobody, "/admin/") == []


def lost_a_factor(ours: Furnished) -> User:
    """A colleague whose second factor may be taken away."""
    place = MembershipFactory(tenant=ours.tenant, role=Membership.Role.SUPPORT)
    person, _secret, _codes = with_factor(place.user)
    return person


def given_up_and_waiting(ours: Furnished) -> None:
    """So that every button of a notification is there."""
    Notification.for_tenant(ours.tenant).update(status="queued")
    Message.for_tenant(ours.tenant).update(state="dead")
