"""Claims of a good token; the bad ones: tests/notify_project/signing_in/."""

from __future__ import annotations

import pytest

from tenants.oidc import tokens
from tenants.oidc.errors import NotAdmitted

ASKED = {"nonce": "n", "prompt": "login"}


def read(there, **changes):
    token = there.sign({**there.claims(ASKED), **changes})
    return tokens.read(
        token,
        ours=there.sign_in().single_sign_on,
        keys_url=f"{there.url}/keys",
        nonce="n",
    )


def test_a_good_token_says_who_it_is(there):
    claims = read(there)

    assert (claims.subject, claims.email) == ("jane-1", "jane@example.org")
    assert claims.authenticated_at is not None


def test_several_audiences_are_fine_if_it_is_meant_for_us(there):
    assert read(there, aud=["notify-admin", "account"]).subject == "jane-1"


@pytest.mark.parametrize("verified", [False, "true", None])
def test_an_address_counts_only_if_it_is_verified(there, verified):
    assert read(there, email_verified=verified).email == ""


@pytest.mark.parametrize("moment", ["NaN", "-inf", "soon"])
def test_a_moment_that_is_none_is_refused(there, moment):
    with pytest.raises(NotAdmitted):
        read(there, auth_time=moment)


def test_userinfo_adds_the_address_of_the_same_person(there):
    claims = read(there, email_verified=False)
    told = {"sub": "jane-1", "email": "jane@example.org", "email_verified": True}

    assert tokens.with_userinfo(claims, told).email == "jane@example.org"
    assert tokens.with_userinfo(claims, {}).email == ""
    for other in ({**told, "sub": "joe"}, {"email": "jane@example.org"}):
        with pytest.raises(NotAdmitted):
            tokens.with_userinfo(claims, other)


def test_a_huge_one_is_not_looked_at(there):
    with pytest.raises(NotAdmitted):
        read(there, groups=["x" * 40_000])
