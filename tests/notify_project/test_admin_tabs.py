"""Two windows, two tenants: what one types for the one never lands in the other."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tenants.models import ApiKey
from tests.furnished import furnish
from tests.notify_project.signing_in.test_proof import NEW_KEY, age, answer_with, asked
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory
from tests.tenants.second_factors import with_factor

pytestmark = pytest.mark.django_db
ADD = "/admin/tenants/apikey/add/"


@pytest.fixture
def first():
    return MembershipFactory(role="admin")


@pytest.fixture
def second(first):
    return MembershipFactory(user=first.user, role="admin")


@pytest.fixture
def client(first, second):
    client = Client()
    client.force_login(first.user)
    return client


def worked_in(page):
    [found] = re.findall(r'name="worked_in" value="([^"]*)"', page.text)
    return found


def go_to(client, tenant):
    client.post(reverse("admin:enter_tenant"), {"tenant": str(tenant.pk)})


def keys():
    return [one.tenant for one in ApiKey.across_tenants()]


def test_a_form_of_one_tenant_adds_nothing_to_another(client, first, second):
    typed = {**NEW_KEY, "worked_in": worked_in(client.get(ADD))}
    go_to(client, second.tenant)

    answer = client.post(ADD, typed)

    assert answer.status_code == 409
    assert "gone to another tenant" in answer.text
    assert keys() == []
    go_to(client, first.tenant)
    assert client.post(ADD, typed).status_code == 200
    assert keys() == [first.tenant]


def test_nor_does_one_that_was_kept_for_a_proof(client, second):
    typed = {**NEW_KEY, "worked_in": worked_in(client.get(ADD))}
    age(client, 901)
    question = client.post(ADD, typed)
    assert asked(question)
    go_to(client, second.tenant)

    assert answer_with(client, question).status_code == 409
    assert keys() == []


def test_nor_does_one_of_a_place_that_has_ended(client, first, second):
    typed = {**NEW_KEY, "worked_in": worked_in(client.get(ADD))}
    first.delete()

    assert client.post(ADD, typed).status_code == 409
    assert keys() == []


def test_what_an_operator_typed_above_all_tenants_lands_in_none():
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    add = reverse("admin:tenants_user_add")
    page = client.get(reverse("admin:tenants_tenant_add"))
    assert worked_in(page) == ""

    go_to(client, TenantFactory())

    assert client.post(add, {"worked_in": worked_in(page)}).status_code == 409


@pytest.mark.parametrize(
    "name", ["delivery_notification_dead", "events_eventtype_import"]
)
def test_pages_about_a_whole_tenant_know_which_it_was(client, second, name):
    url = reverse(f"admin:{name}")
    go_to(client, second.tenant)

    answer = client.post(url, {"worked_in": "", "reason": "x", "take_over": "1"})

    assert answer.status_code == 409


def test_what_is_looked_at_before_it_is_taken_over_says_for_whom(second):
    """The page of a file of designs, and that of a button which asks why."""
    theirs = furnish("theirs")
    client = Client()
    client.force_login(theirs.member)
    designs = client.get(reverse("admin:events_eventtype_export")).text
    colleague = MembershipFactory(tenant=theirs.tenant)
    with_factor(colleague.user)
    why = ["admin:tenants_membership_do", (colleague.pk, "take_factor_away")]

    page = client.post(reverse(why[0], args=why[1]))
    assert worked_in(page) == str(theirs.tenant.pk)
    client.force_login(second.user)
    go_to(client, second.tenant)
    page = client.post(reverse("admin:events_eventtype_import"), {"text": designs})
    assert worked_in(page) == str(second.tenant.pk)
