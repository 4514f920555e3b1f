"""The provider's pages, and a code that becomes a token."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenants.oidc import provider
from tenants.oidc.challenge import Challenge
from tenants.oidc.errors import NotAdmitted, ProviderUnavailable
from tenants.oidc.provider import Granted
from tests.tenants.oidc.small_provider import ACCESS_TOKEN, CLIENT_ID

OURS = "http://testserver/admin/login/sso/callback/"


@pytest.fixture
def ours(there):
    return there.sign_in().single_sign_on


def test_its_pages_are_remembered(there, ours):
    first = provider.discover(ours)
    there.document = {"token_endpoint": "https://elsewhere.example/token"}

    assert provider.discover(ours) is first
    assert first.token_url == f"{there.url}/token"


def test_nobody_there_is_told(ours):
    gone = replace(ours, issuer="http://127.0.0.1:9")

    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        provider.discover(gone)


def test_a_private_address_is_refused_like_anywhere(there, ours, settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(ProviderUnavailable):
        provider.discover(ours)


def test_a_code_that_is_none_lets_nobody_in(there, ours):
    with pytest.raises(NotAdmitted, match="once more"):
        provider.redeem(
            provider.discover(ours),
            ours,
            Challenge.fresh(),
            code="x",
            redirect_uri=OURS,
        )


def test_a_wrong_secret_of_ours_is_the_operators_business(there, ours):
    with pytest.raises(ProviderUnavailable, match="tell the operator"):
        provider.redeem(
            provider.discover(ours),
            replace(ours, client_secret="old"),
            Challenge.fresh(),
            code="x",
            redirect_uri=OURS,
        )


def test_a_secret_is_shown_to_no_log(ours):
    assert CLIENT_ID in repr(ours)
    assert ours.client_secret not in repr(ours)


def test_userinfo_is_told_to_who_shows_the_access_token(there, ours):
    there.userinfo = {"sub": "jane-1"}
    theirs = provider.discover(ours)

    assert provider.userinfo(theirs, Granted("", ACCESS_TOKEN)) == there.userinfo
    assert provider.userinfo(theirs, Granted("", "")) == {}
    assert provider.userinfo(replace(theirs, userinfo_url=""), Granted("", "x")) == {}
    with pytest.raises(ProviderUnavailable):
        provider.userinfo(theirs, Granted("", "x"))
