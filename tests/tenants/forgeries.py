"""Tokens that must be refused: what RFC 8725 warns of, and what parsers choke on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.tenants.identity_provider import claims


def raw(header, payload, signature=b""):
    """A token of any bytes at all."""
    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode()
        for part in (header, payload)
    ]
    return ".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=").decode()
        for part in (*parts, signature)
    )


def hmac_signed(header, payload, key):
    body = raw(header, payload).rpartition(".")[0]
    signature = hmac.digest(key, body.encode(), hashlib.sha256)
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _now():
    return int(time.time())


# Each takes (provider, stranger): who may sign, and somebody with other keys.
FORGED = {
    "nothing": lambda p, s: "",
    "one part": lambda p, s: "abc",
    "two parts": lambda p, s: "abc.def",
    "five parts": lambda p, s: "a.b.c.d.e",
    "not base64": lambda p, s: "!!!.???.***",
    "not ascii": lambda p, s: "é" * 30,
    "too long": lambda p, s: p.token(claims(pad="x" * 9000)),
    "empty parts": lambda p, s: "..",
    "none": lambda p, s: jwt.encode(claims(), "", algorithm="none"),
    "None in capitals": lambda p, s: raw({"alg": "NONE"}, claims()),
    "none with a signature": lambda p, s: raw({"alg": "none"}, claims(), b"x" * 256),
    "no alg": lambda p, s: raw({"typ": "JWT"}, claims(), b"x" * 256),
    "alg is a number": lambda p, s: raw({"alg": 7}, claims(), b"x" * 256),
    "alg is a list": lambda p, s: raw({"alg": ["RS256"]}, claims(), b"x" * 256),
    "no signature": lambda p, s: p.token().rpartition(".")[0] + ".",
    "other signature": lambda p, s: p.token()[:-8] + "AAAAAAAA",
    "signature of another token": lambda p, s: (
        p.token(claims(azp="x")).rpartition(".")[0] + "." + p.token().rpartition(".")[2]
    ),
    "payload changed": lambda p, s: ".".join(
        [
            p.token().split(".")[0],
            raw({}, claims(azp="client-one", scope="all")).split(".")[1],
            p.token().split(".")[2],
        ]
    ),
    "signed by a stranger": lambda p, s: s.token(),
    "stranger, no kid": lambda p, s: s.token(kid=None),
    "HS256 with the public key": lambda p, s: hmac_signed(
        {"alg": "HS256", "kid": "rsa-1"}, claims(), p.rsa_public_pem()
    ),
    "HS256 with nothing": lambda p, s: hmac_signed({"alg": "HS256"}, claims(), b""),
    "RS512": lambda p, s: jwt.encode(claims(), p.rsa, "RS512", {"kid": "rsa-1"}),
    "PS256": lambda p, s: jwt.encode(claims(), p.rsa, "PS256", {"kid": "rsa-1"}),
    "ES256 of the same issuer": lambda p, s: jwt.encode(
        claims(), p.ec, "ES256", {"kid": "ec-1"}
    ),
    "ES256, other curve's key": lambda p, s: jwt.encode(
        claims(), ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": "rsa-1"}
    ),
    "embedded jwk": lambda p, s: s.token(headers={"jwk": s.rsa_jwk("rsa-1")}),
    "good, but with jwk": lambda p, s: p.token(headers={"jwk": p.rsa_jwk("rsa-1")}),
    "jku": lambda p, s: s.token(headers={"jku": "https://evil.example/keys"}),
    "good, but with jku": lambda p, s: p.token(headers={"jku": p.url}),
    "x5u": lambda p, s: p.token(headers={"x5u": "https://evil.example/cert"}),
    "x5c": lambda p, s: p.token(headers={"x5c": ["MIIB"]}),
    "crit": lambda p, s: p.token(headers={"crit": ["exp"], "exp": 1}),
    "b64 off": lambda p, s: p.token(headers={"b64": False, "crit": ["b64"]}),
    "zip": lambda p, s: p.token(headers={"zip": "DEF"}),
    "nested token": lambda p, s: p.token(headers={"cty": "JWT"}),
    "kid is a path": lambda p, s: p.token(kid="../../../../dev/null"),
    "kid is SQL": lambda p, s: p.token(kid="x' UNION SELECT 'a' --"),
    "kid is an address": lambda p, s: p.token(kid="https://evil.example/keys"),
    "kid of another key": lambda p, s: p.token(kid="ec-1"),
    "kid unknown": lambda p, s: p.token(kid="rsa-9"),
    "kid is a number": lambda p, s: raw(
        {"alg": "RS256", "kid": 1}, claims(), b"x" * 256
    ),
    "typ of something else": lambda p, s: p.token(headers={"typ": "dpop+jwt"}),
    "typ is a list": lambda p, s: raw(
        {"alg": "RS256", "typ": ["JWT"]}, claims(), b"x" * 256
    ),
    "expired": lambda p, s: p.token(claims(exp=_now() - 60)),
    "no exp": lambda p, s: p.token(claims(exp=None)),
    "exp is text": lambda p, s: p.token(claims(exp="tomorrow")),
    "exp is endless": lambda p, s: p.token(claims(exp=1e400)),
    "exp is a list": lambda p, s: p.token(claims(exp=[_now() + 60])),
    "exp is true": lambda p, s: p.token(claims(exp=True)),
    "no iat": lambda p, s: p.token(claims(iat=None)),
    "iat of tomorrow": lambda p, s: p.token(claims(iat=_now() + 86_400)),
    "iat is text": lambda p, s: p.token(claims(iat="now")),
    "nbf of tomorrow": lambda p, s: p.token(claims(nbf=_now() + 86_400)),
    "no aud": lambda p, s: p.token(claims(aud=None)),
    "aud of another service": lambda p, s: p.token(claims(aud="other")),
    "aud nearly ours": lambda p, s: p.token(claims(aud="notify2")),
    "aud is empty": lambda p, s: p.token(claims(aud=[])),
    "aud is a number": lambda p, s: p.token(claims(aud=7)),
    "no iss": lambda p, s: p.token(claims(iss=None)),
    "iss unknown": lambda p, s: p.token(claims(iss="https://evil.example")),
    "iss with a slash more": lambda p, s: p.token(
        claims(iss="https://id.example.org/realm/")
    ),
    "iss is a list": lambda p, s: raw(
        {"alg": "RS256"}, claims(iss=["https://id.example.org/realm"]), b"x" * 256
    ),
    "iss holds NUL": lambda p, s: p.token(claims(iss="https://id\x00")),
    "iss is half a character": lambda p, s: raw(
        {"alg": "RS256"}, b'{"iss":"\\ud800"}', b"x"
    ),
    "iss is long": lambda p, s: p.token(claims(iss="https://" + "x" * 6000)),
    "azp unknown": lambda p, s: p.token(claims(azp="client-x")),
    "azp in capitals": lambda p, s: p.token(claims(azp="CLIENT-ONE")),
    "azp is a list": lambda p, s: p.token(claims(azp=["client-one"])),
    "client in sub only": lambda p, s: p.token(claims(azp=None, sub="client-one")),
    "payload is a list": lambda p, s: raw({"alg": "RS256"}, [1, 2], b"x" * 256),
    "payload is text": lambda p, s: raw({"alg": "RS256"}, "hello", b"x" * 256),
    "payload is no JSON": lambda p, s: raw({"alg": "RS256"}, b"{", b"x" * 256),
    "payload is deep": lambda p, s: raw({"alg": "RS256"}, b"[" * 5500, b""),
    "header is deep": lambda p, s: raw(b'{"a":' * 1100, claims(), b""),
    "header is a list": lambda p, s: raw([], claims(), b""),
    "header is no UTF-8": lambda p, s: raw(b"\xff\xfe", claims(), b""),
    "huge number": lambda p, s: raw(
        {"alg": "RS256"}, b'{"iss":' + b"9" * 5000 + b"}", b""
    ),
}
