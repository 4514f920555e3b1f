"""Accounts that the environment makes: made, changed, switched off, left alone."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from providers import accounts
from providers.environment import SOURCES, follow
from providers.models import Account
from tests.tenants.factories import TenantFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

TEXTS = {"MMG_API_KEY": "m-key", "FIRETEXT_API_KEY": "f-key"}
MAILS = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "hidden-word",
}


def made() -> dict[str, Account]:
    return {one.variable: one for one in Account.of_system().exclude(variable="")}


def test_nothing_is_made_of_an_empty_environment():
    follow(dict.fromkeys(configured.ACCOUNT_VARIABLES, ""))

    assert made() == {}


def test_every_variable_is_a_setting_of_ours_and_of_the_provider():
    named = {name for source in SOURCES for name in (*source.needed, *source.optional)}

    assert named == set(configured.ACCOUNT_VARIABLES)


def test_variables_make_accounts_that_every_tenant_may_use():
    follow(TEXTS | MAILS | {"MMG_URL": "https://stub.example.org/mmg"})

    found = made()
    mmg, ses = found["MMG_API_KEY"], found["AWS_REGION"]
    assert (mmg.provider, mmg.channel, mmg.tenant_id) == ("sms.mmg", "sms", None)
    assert mmg.config["api_key"] == "m-key"
    assert mmg.config["api_base"] == "https://stub.example.org/mmg"
    assert (mmg.weight, found["FIRETEXT_API_KEY"].weight) == (51, 49)
    assert ses.config["secret_access_key"] == "hidden-word"
    offered = accounts.offers.of(TenantFactory().id, "sms")
    assert mmg.id in {one.id for one in offered}


def test_half_of_the_credentials_make_nothing():
    follow({"AWS_REGION": "eu-west-1"})

    assert made() == {}


def test_an_account_follows_its_variables_and_keeps_what_the_admin_set():
    follow(TEXTS)
    Account.of_system().filter(variable="MMG_API_KEY").update(weight=10, name="Mine")

    follow(TEXTS | {"MMG_API_KEY": "new"})

    mmg = made()["MMG_API_KEY"]
    assert mmg.config["api_key"] == "new"
    assert (mmg.weight, mmg.name, mmg.active) == (10, "Mine", True)


def test_an_account_is_switched_off_without_its_variable_and_on_again_with_it():
    follow(TEXTS)

    follow({"FIRETEXT_API_KEY": "f-key"})
    without = made()["MMG_API_KEY"]
    follow(TEXTS)
    again = made()["MMG_API_KEY"]

    assert (without.active, without.config) == (False, {})
    assert (again.active, again.config["api_key"]) == (True, "m-key")


def test_an_account_that_was_switched_off_in_the_admin_stays_off():
    follow(TEXTS)
    Account.of_system().filter(variable="MMG_API_KEY").update(active=False)

    follow(TEXTS | {"MMG_API_KEY": "new"})

    assert made()["MMG_API_KEY"].active is False


def test_a_value_that_cannot_be_changes_nothing():
    follow(MAILS)

    follow(MAILS | {"AWS_REGION": "not a region"})

    assert made()["AWS_REGION"].config["region"] == "eu-west-1"


def test_an_account_that_lost_its_mark_is_taken_up_again():
    follow(TEXTS)
    Account.of_system().filter(variable="MMG_API_KEY").update(variable="", weight=7)

    follow(TEXTS | {"MMG_API_KEY": "new"})

    mmg = made()["MMG_API_KEY"]
    assert (mmg.config["api_key"], mmg.weight) == ("new", 7)


def test_a_refused_value_is_logged_by_the_name_of_its_setting(written):
    follow(MAILS | {"AWS_REGION": "not a region"})

    assert "environment_not_taken" in written.getvalue()
    assert "region" in written.getvalue()
    assert "hidden-word" not in written.getvalue()


def test_migrating_brings_them_up_to_date(settings):
    settings.ACCOUNT_VARIABLES = TEXTS

    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)

    assert set(made()) == set(TEXTS)


def test_the_admin_says_where_it_comes_from_and_locks_it():
    follow(MAILS)
    account = made()["AWS_REGION"]
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    url = reverse("admin:providers_account_change", args=[account.id])

    page = client.get(url).content.decode()
    answer = client.post(
        url,
        {
            "name": "SES",
            "priority": "20",
            "weight": "100",
            "resting_point": "100",
            "config-region": "us-east-1",
            "config-secret_access_key": "other",
        },
    )

    account.refresh_from_db()
    assert "AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY" in page
    assert "hidden-word" not in page
    assert answer.status_code == 302
    assert (account.name, account.priority, account.active) == ("SES", 20, False)
    assert account.config["region"] == "eu-west-1"
    assert account.config["secret_access_key"] == "hidden-word"
