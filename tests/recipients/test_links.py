"""Subscribers' links: each for one subscription and one purpose."""

from __future__ import annotations

import base64
from uuid import UUID, uuid4

from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from recipients import links


def token(url: str) -> str:
    return url.rpartition("/")[2]


@given(st.uuids())
def test_a_link_leads_back_to_its_subscription(identity: UUID):
    assert links.unsubscribed_by(token(links.unsubscribe_url(identity))) == identity


@given(st.uuids())
def test_all_links_are_as_long_as_the_one_that_stands_in_for_them(identity: UUID):
    assert len(links.unsubscribe_url(identity)) == len(links.stand_in())


@given(st.text(max_size=60))
def test_what_we_did_not_sign_ends_nothing(text: str):
    assert links.unsubscribed_by(text) is None
    assert links.confirmed_by(text) is None


def test_no_link_can_be_made_for_another_by_exchanging_the_id():
    mine = token(links.unsubscribe_url(uuid4()))
    data = base64.urlsafe_b64decode(mine + "=")
    forged = base64.urlsafe_b64encode(uuid4().bytes + data[16:]).rstrip(b"=").decode()

    assert links.unsubscribed_by(forged) is None


def test_a_link_of_one_purpose_is_none_of_the_other():
    identity = uuid4()

    assert links.confirmed_by(token(links.unsubscribe_url(identity))) is None
    assert links.unsubscribed_by(token(links.confirm_url(identity))) is None


def test_a_confirmation_lives_a_week(monkeypatch):
    identity = uuid4()
    confirm = token(links.confirm_url(identity))

    assert links.confirmed_by(confirm) == identity
    monkeypatch.setattr(links, "CONFIRM_SECONDS", -1)
    assert links.confirmed_by(confirm) is None


def test_links_begin_with_the_public_address():
    for url in (links.stand_in(), links.confirm_url(uuid4())):
        assert url.startswith(f"{settings.PUBLIC_URL}/")


def test_the_stand_in_is_nobodys_link():
    assert links.unsubscribed_by(token(links.stand_in())) == links.NOBODY
