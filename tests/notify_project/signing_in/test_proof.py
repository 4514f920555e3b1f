"""Before what matters one shows once more who one is, and loses nothing by it."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from notify_project.signing_in import acts
from tenants.models import ApiKey, Membership
from tests.notify_project.signing_in.test_password import guessed
from tests.tenants.factories import MembershipFactory, UserFactory
from tests.tenants.second_factors import code_of, later, with_factor

pytestmark = pytest.mark.django_db
NEW_KEY = {
    "name": "a program",
    "key_type": "test",
    "scopes": ["send"],
    "days": "30",
    "allowed_addresses": "",
}


@pytest.fixture
def member():
    return MembershipFactory(role="admin")


@pytest.fixture
def stale(member):
    """A session of a quarter of an hour ago."""
    client = Client()
    client.force_login(member.user)
    age(client, 901)
    return client


def age(client, seconds):
    session = client.session
    session["proved"] = int(time.time()) - seconds
    session.save()


def asked(answer):
    return "Is it you?" in answer.content.decode()


def held_on(answer):
    [text] = re.findall(r'name="proof_held" value="([^"]*)"', answer.content.decode())
    return text


def add_key(client, **more):
    return client.post(reverse("admin:tenants_apikey_add"), {**NEW_KEY, **more})


def answer_with(client, answer, password="correct horse", **more):
    return client.post(
        answer.request["PATH_INFO"],
        {"proof_held": held_on(answer), "proof-password": password, **more},
    )


def test_within_a_quarter_of_an_hour_nothing_is_asked(member):
    client = Client()
    client.force_login(member.user)
    age(client, 890)

    assert "data-secret" in add_key(client).content.decode()


def test_later_nothing_is_done_before_it_is_shown(stale, member):
    answer = add_key(stale)

    assert asked(answer)
    assert not ApiKey.for_tenant(member.tenant).exists()
    assert "no-store" in answer.headers["Cache-Control"]


def test_what_was_typed_goes_on_after_it(stale, member):
    answer = answer_with(stale, add_key(stale))

    assert "data-secret" in answer.content.decode()
    assert ApiKey.for_tenant(member.tenant).get().name == "a program"
    assert "data-secret" in add_key(stale, name="another").content.decode()


def test_what_was_typed_cannot_be_read_on_the_page(stale):
    answer = stale.post(
        reverse("admin:providers_account_add") + "?provider=email.smtp",
        {"password": "a-secret-of-the-account"},
    )

    assert asked(answer)
    assert "a-secret-of-the-account" not in answer.content.decode()


def test_a_wrong_password_does_nothing_and_loses_nothing(stale, member):
    first = add_key(stale)

    wrong = answer_with(stale, first, password="wrong")

    assert "The password is not right." in wrong.content.decode()
    assert not ApiKey.for_tenant(member.tenant).exists()
    assert "data-secret" in answer_with(stale, wrong).content.decode()


def test_ten_wrong_ones_make_even_the_right_one_wait(stale, member):
    answer = add_key(stale)
    guessed(10, email=member.user.email)

    answer = answer_with(stale, answer)

    assert "Too many failed attempts" in answer.content.decode()
    assert not ApiKey.for_tenant(member.tenant).exists()


def test_a_form_of_somebody_else_is_not_carried_out(stale, member):
    held = held_on(add_key(stale))
    other = MembershipFactory(tenant=member.tenant, role="admin").user
    client = Client()
    client.force_login(other)

    client.post(reverse("admin:tenants_apikey_add"), {"proof_held": held})
    client.post(reverse("admin:tenants_apikey_add"), {"proof_held": "nonsense"})

    assert not ApiKey.for_tenant(member.tenant).exists()


def test_a_form_of_another_page_is_not_carried_out(stale, member):
    answer = add_key(stale)
    joe = MembershipFactory(tenant=member.tenant, role="support")

    stale.post(
        reverse("admin:tenants_membership_delete", args=[joe.pk]),
        {"proof_held": held_on(answer), "proof-password": "correct horse"},
    )

    assert Membership.for_tenant(member.tenant).filter(pk=joe.pk).exists()


def test_who_has_a_second_factor_shows_a_code(stale, member):
    _user, secret, _codes = with_factor(member.user)
    later(member.user)
    answer = add_key(stale)
    assert "authenticator app" in answer.content.decode()

    answer = answer_with(stale, answer)
    assert asked(answer)
    answer = answer_with(stale, answer, **{"proof-code": code_of(secret)})

    assert "data-secret" in answer.content.decode()


def test_a_file_that_leaves_asks_too(stale):
    url = reverse("admin:events_eventtype_export")
    answer = stale.get(url)
    assert asked(answer)

    done = answer_with(stale, answer)

    assert f'href="{url}"' in done.content.decode()
    assert stale.get(url).headers["Content-Type"] == "application/json"


def test_looking_and_ordinary_work_ask_nothing(stale):
    for name in ("tenants_apikey_add", "tenants_membership_changelist", "index"):
        assert not asked(stale.get(reverse(f"admin:{name}")))
    answer = stale.post(reverse("admin:recipients_group_add") + "?channel=email", {})
    assert not asked(answer)


# Those of the person alone have tests of their own.
@pytest.mark.parametrize(
    "name", sorted(acts.names() - {"second_factor", "password_change"})
)
def test_every_act_of_the_table_asks_an_operator(name):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    age(client, 901)
    model = name.removesuffix("_do")
    step = next(iter(acts.steps().get(model, [""])))
    nobody = "00000000-0000-0000-0000-000000000000"
    args = {
        "add": [],
        "csv": [],
        "export": [],
        "import": [],
        "dead": [],
        "do": [nobody, step],
        "back": [nobody, 1],
    }.get(name.rpartition("_")[2], [nobody])
    url = reverse(f"admin:{name}", args=args)

    leaves = name.endswith(("_csv", "_export"))
    answer = client.get(url) if leaves else client.post(url, {"take_over": "1"})

    assert asked(answer)
