"""Single sign-on, from the button to the admin, with a provider that really signs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client
from django.urls import reverse

from tenants.models import ApiKey, AuditEntry, Identity, User
from tests.notify_project.signing_in.test_proof import add_key, age, asked, held_on
from tests.tenants.factories import MembershipFactory, UserFactory
from tests.tenants.identity_provider import IdentityProvider
from tests.tenants.oidc.small_provider import come_back, go, log_in
from tests.tenants.second_factors import with_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane():
    return UserFactory(email="jane@example.org")


def is_in(client):
    return client.get("/admin/").status_code == 200


def told(page):
    return page.content.decode()


def test_an_invited_person_is_let_in(there, jane):
    client = Client()

    page = log_in(client, next="/admin/tenants/tenant/")

    assert page.request["PATH_INFO"] == "/admin/tenants/tenant/"
    assert client.session["_auth_user_id"] == str(jane.pk)
    assert [one.action for one in AuditEntry.of_system()] == ["single sign-on linked"]


def test_who_has_no_password_yet_needs_none(there):
    User.objects.create_user("jane@example.org", is_staff=True)
    client = Client()

    log_in(client)

    assert is_in(client)


def test_where_a_second_factor_is_required_the_provider_sees_to_it(
    there, jane, settings
):
    settings.SIGN_IN = replace(settings.SIGN_IN, second_factor="required")
    client = Client()

    log_in(client)

    assert is_in(client)


def test_the_session_has_another_key_afterwards(there, jane):
    client = Client()
    back = go(client)
    before = client.session.session_key

    come_back(client, back)

    assert client.session.session_key != before


def test_the_next_time_the_person_is_known_by_the_providers_own_id(there, jane):
    log_in(Client())
    there.person = {**there.person, "email": "jane.married@example.org"}
    client = Client()

    log_in(client)

    assert client.session["_auth_user_id"] == str(jane.pk)


def test_an_address_that_passed_to_somebody_else_opens_nothing(there, jane):
    log_in(Client())
    there.person = {**there.person, "sub": "another-2"}
    client = Client()

    page = log_in(client)

    assert "belongs to another account" in told(page)
    assert not is_in(client)


@pytest.mark.parametrize("word", [False, "true", 1, None])
def test_an_address_that_is_not_verified_opens_nothing(there, jane, word):
    there.person = {**there.person, "email_verified": word}
    client = Client()

    page = log_in(client)

    assert "has not verified your e-mail address" in told(page)
    assert not is_in(client)
    assert not Identity.objects.exists()


def beside_the_token(there, **told):
    """Core 1.0, 5.4: the address need not stand in the id_token."""
    there.userinfo = {**there.person, **told}
    there.person = {"sub": there.person["sub"]}


def test_an_address_that_is_told_beside_the_token_finds_the_person_once(there, jane):
    beside_the_token(there)
    log_in(first := Client())
    there.userinfo = {}  # nobody is asked again

    log_in(second := Client())

    assert is_in(first)
    assert is_in(second)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"sub": "joe"}, "cannot be trusted"),
        ({"email_verified": "true"}, "has not verified your e-mail address"),
        ({"email": "jane@example.org\x00"}, "has not verified your e-mail address"),
    ],
)
def test_what_is_told_beside_the_token_is_checked_as_well(there, jane, told, words):
    beside_the_token(there, **told)
    client = Client()

    page = log_in(client)

    assert words in page.text
    assert not is_in(client)


def test_where_nothing_is_told_beside_the_token_the_person_reads_why(there, jane):
    beside_the_token(there)
    there.document = {"userinfo_endpoint": None}

    assert "has not verified your e-mail address" in log_in(Client()).text


def test_nobody_is_let_in_who_was_not_invited(there):
    client = Client()

    page = log_in(client)

    assert "Nobody is invited here" in told(page)
    assert not User.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_was_shut_out_stays_out(there, jane, change):
    log_in(Client())
    User.objects.filter(pk=jane.pk).update(**change)
    client = Client()

    page = log_in(client)

    assert "may not log in here any more" in told(page)
    assert not is_in(client)


def test_a_letter_that_only_looks_alike_is_somebody_else(there):
    UserFactory(email="kate@example.org")
    there.person = {**there.person, "email": "\u212aate@example.org"}  # the kelvin sign
    client = Client()

    page = log_in(client)

    assert "Nobody is invited here" in told(page)


def other_key(claims):
    stranger = IdentityProvider()
    return jwt.encode(claims, stranger.rsa, "RS256", headers={"kid": "rsa-1"})


FORGERIES = {
    "of another log-in": {"nonce": "x"},
    "without a nonce": {"nonce": None},
    "for another program": {"aud": "another", "azp": "another"},
    "for several, meant for another": {"aud": ["notify-admin", "x"], "azp": "x"},
    "for several, meant for nobody": {"aud": ["notify-admin", "x"], "azp": None},
    "of another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 31, "iat": int(time.time()) - 330},
    "of the future": {"iat": int(time.time()) + 3600},
    "old": {"iat": int(time.time()) - 7200, "exp": int(time.time()) + 7200},
    "without an end": {"exp": None},
    "of nobody": {"sub": None},
    "of an empty name": {"sub": ""},
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_a_token_that_is_wrong_opens_nothing(there, jane, change):
    there.twist = lambda claims: {
        name: value for name, value in {**claims, **change}.items() if value is not None
    }
    client = Client()

    page = log_in(client)

    assert "cannot be trusted" in told(page)
    assert not is_in(client)


SIGNATURES = {
    "another's key": other_key,
    "our secret as the key": lambda claims: jwt.encode(
        claims, "s3cret: of/the client" * 2, "HS256"
    ),
    "none": lambda claims: jwt.encode(claims, "", "none"),
    "nonsense": lambda claims: "a.b.c",
}


@pytest.mark.parametrize("sign", SIGNATURES.values(), ids=SIGNATURES)
def test_a_signature_that_is_wrong_opens_nothing(there, jane, sign):
    there.sign = sign
    client = Client()

    page = log_in(client)

    assert "cannot be trusted" in told(page)
    assert not is_in(client)


def part(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def test_the_providers_public_key_is_no_secret_that_signs(there, jane):
    """Whoever lets the token name HS256 takes what all can read for a secret."""
    published = there.keys.rsa.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def signed_with_it(claims):
        header = {"alg": "HS256", "typ": "JWT", "kid": "rsa-1"}
        whole = part(header) + b"." + part(claims)
        mark = hmac.new(published, whole, hashlib.sha256).digest()
        return (whole + b"." + part(mark)).decode()

    there.sign = signed_with_it
    client = Client()

    assert "cannot be trusted" in told(log_in(client))
    assert not is_in(client)


def test_a_token_brings_no_key_along(there, jane):
    stranger = IdentityProvider()
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(stranger.rsa.public_key()))
    brought = {"kid": "theirs", "jwk": key, "jku": "http://127.0.0.1:9/keys"}
    there.sign = lambda claims: jwt.encode(
        claims, stranger.rsa, "RS256", headers=brought
    )
    client = Client()

    assert "cannot be trusted" in told(log_in(client))
    assert not is_in(client)


def test_an_answer_is_taken_once(there, jane):
    client = Client()
    back = go(client)
    come_back(client, back)
    client.post(reverse("admin:logout"))

    page = come_back(client, back)

    assert "answered already" in told(page)
    assert not is_in(client)


def test_an_answer_is_taken_only_by_the_browser_that_asked(there, jane):
    back = go(Client())
    victim = Client()
    go(victim)

    page = come_back(victim, back)

    assert "answered already" in told(page)
    assert not is_in(victim)


def test_a_code_of_another_log_in_opens_nothing(there, jane):
    """The state is ours and the code is not: PKCE makes the provider refuse it."""
    client = Client()
    ours, theirs = go(client), go(Client())
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    own = parse_qs(urlsplit(ours).query)["code"][0]

    come_back(client, ours.replace(own, code))

    assert there.refused == ["invalid_grant"]
    assert not is_in(client)


def test_an_answer_of_another_provider_is_none(there, jane):
    client = Client()
    back = go(client)

    page = come_back(client, back.partition("&iss=")[0] + "&iss=https://evil.example")

    assert "another single sign-on" in told(page)
    assert not is_in(client)


def test_ten_minutes_later_it_is_too_late(there, jane, monkeypatch):
    client = Client()
    back = go(client)
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 601)

    assert "too long" in told(come_back(client, back))


def test_a_person_who_says_no_there_is_told_so(there, jane):
    client = Client()
    state = parse_qs(urlsplit(go(client)).query)["state"][0]

    page = client.get(
        reverse("admin:sso_callback"),
        {"state": state, "error": "access_denied"},
        follow=True,
    )

    assert "let nobody in" in told(page)


@pytest.mark.parametrize(
    "document", [{"issuer": "https://evil.example"}, {"token_endpoint": None}]
)
def test_a_provider_that_says_nonsense_of_itself_is_not_used(there, jane, document):
    there.document = document

    page = Client().get(reverse("admin:sso"), follow=True)

    assert "cannot be reached" in told(page)


def test_a_provider_that_takes_no_basic_credentials_gets_them_in_the_form(there, jane):
    there.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    client = Client()

    log_in(client)

    assert is_in(client)


def test_the_button_is_there_only_where_it_leads_somewhere(there, settings):
    url = reverse("admin:sso")
    assert url in told(Client().get("/admin/login/"))
    assert "Keycloak" in told(Client().get("/admin/login/"))

    settings.SIGN_IN = replace(settings.SIGN_IN, single_sign_on=None)

    assert url not in told(Client().get("/admin/login/"))
    assert Client().get(url).status_code == 404
    assert Client().get(reverse("admin:sso_callback")).status_code == 404


def test_without_passwords_the_page_has_the_button_alone(there, settings):
    settings.SIGN_IN = replace(settings.SIGN_IN, password_login=False)

    page = told(Client().get("/admin/login/?next=/admin/tenants/"))

    assert 'name="password"' not in page
    assert "next=%2Fadmin%2Ftenants%2F" in page


def test_nobody_is_led_to_another_site(there, jane):
    page = log_in(Client(), next="https://evil.example/")

    assert page.request["PATH_INFO"] == "/admin/"


def test_logging_out_leads_on_to_the_provider(there, jane):
    client = Client()
    log_in(client)

    page = told(client.post(reverse("admin:logout")))

    assert f"{there.url}/logout?client_id=notify-admin" in page
    assert not is_in(client)


def test_who_came_by_password_is_not_led_there(there, jane):
    client = Client()
    client.force_login(jane)

    assert there.url not in told(client.post(reverse("admin:logout")))


@pytest.mark.parametrize(
    ("claim", "is_asked"),
    [(0, False), (890, False), (910, True), (None, True), ("soon", None)],
)
def test_a_log_in_that_asked_nobody_anything_proves_nothing(there, claim, is_asked):
    """Who is still known at the provider comes in by one click: so does a stranger at
    their desk."""
    MembershipFactory(role="admin", user=UserFactory(email="jane@example.org"))
    at = int(time.time()) - claim if isinstance(claim, int) else claim
    there.twist = lambda claims: {**claims, "auth_time": at}
    client = Client()

    log_in(client)

    assert is_in(client) is (is_asked is not None)
    assert is_asked is None or asked(add_key(client)) is is_asked


def test_before_what_matters_the_provider_is_asked_again(there):
    member = MembershipFactory(role="admin", user=UserFactory(email="jane@example.org"))
    client = Client()
    log_in(client)
    age(client, 901)
    answer = add_key(client)
    assert asked(answer)
    assert asked(
        client.post("/admin/tenants/apikey/add/", {"proof_held": held_on(answer)})
    )

    page = log_in(client, proof="1")
    assert "Close this tab" in told(page)
    done = client.post("/admin/tenants/apikey/add/", {"proof_held": held_on(answer)})

    assert "data-secret" in told(done)
    assert ApiKey.for_tenant(member.tenant).count() == 1


def test_a_provider_that_did_not_ask_again_proves_nothing(there, jane):
    client = Client()
    log_in(client)
    age(client, 901)
    there.twist = lambda claims: {**claims, "auth_time": claims["iat"] - 3600}

    page = log_in(client, proof="1")

    assert "has not asked you again" in told(page)
    assert time.time() - client.session["proved"] > 900


def test_somebody_else_proves_nothing(there, jane):
    UserFactory(email="joe@example.org")
    client = Client()
    log_in(client)
    age(client, 901)
    there.person = {"sub": "joe", "email": "joe@example.org", "email_verified": True}

    log_in(client, proof="1")

    assert client.session["_auth_user_id"] == str(jane.pk)
    assert time.time() - client.session["proved"] > 900


def test_a_persons_own_second_factor_is_not_asked_besides(there, jane):
    with_factor(jane)
    client = Client()

    log_in(client)

    assert is_in(client)
