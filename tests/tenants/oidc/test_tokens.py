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


def test_a_huge_one_is_not_looked_at(there):
    with pytest.raises(NotAdmitted):
        read(there, groups=["x" * 40_000])
