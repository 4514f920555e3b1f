"""What we ask with."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tenants.oidc.challenge import Challenge, address


def test_the_digest_is_the_one_of_the_rfc():
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    url = address(
        "https://id.example.org/auth?kc=1",
        Challenge("s", "n", verifier),
        client_id="notify",
        redirect_uri="https://notify.example.org/back",
        more={"prompt": "login"},
    )

    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge"] == ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]
    assert asked["kc"] == ["1"]
    assert asked["prompt"] == ["login"]
    assert verifier not in url


def test_nothing_is_used_twice():
    one, other = Challenge.fresh(), Challenge.fresh()

    assert len({one.state, one.nonce, one.verifier, other.state}) == 4
    assert 43 <= len(one.verifier) <= 128
