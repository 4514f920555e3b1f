"""The menu as a table."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from notify_project.admin_menu import menu
from tenants.workplace import NOWHERE, OPERATOR, Workplace
from tests.tenants.factories import MembershipFactory, UserFactory


def links(place):
    return [item["link"] for group in menu(place) for item in group["items"]]


def test_who_may_nothing_has_the_start_page_alone():
    assert links(NOWHERE) == ["/admin/"]


@pytest.mark.parametrize("embedded", [True, False])
def test_the_mailbox_is_there_only_where_mails_are_kept(settings, embedded):
    settings.EMBEDDED = embedded

    found = "/admin/mailbox/" in links(Workplace(None, None, OPERATOR, ()))

    assert found is embedded


@pytest.mark.django_db
def test_who_has_one_tenant_goes_straight_to_its_settings():
    member = MembershipFactory(role="admin")
    place = Workplace(member.user, member.tenant, "admin", [member.tenant])

    links = {str(one["title"]): one["link"] for g in menu(place) for one in g["items"]}

    assert links["Settings"] == f"/admin/tenants/tenant/{member.tenant.pk}/change/"
    assert "Tenants" not in links


@pytest.mark.django_db
@pytest.mark.parametrize("is_operator", [True, False])
def test_each_page_is_headed_by_the_words_that_lead_there(is_operator):
    member = MembershipFactory(role="admin")
    operator = UserFactory(is_superuser=True)
    user = operator if is_operator else member.user
    role = OPERATOR if is_operator else "admin"
    client = Client()
    client.force_login(user)
    items = {
        str(item["title"]): item["link"]
        for group in menu(Workplace(user, member.tenant, role, [member.tenant]))
        for item in group["items"]
    }

    headings = {words: heading(client.get(link).text) for words, link in items.items()}

    own = {"Settings": str(member.tenant)}
    assert headings == {words: own.get(words, words) for words in items}


def heading(page):
    """The last part of the way that stands above it."""
    found = page.partition("<h1")[2].partition("</h1>")[0].partition(">")[2]
    return re.findall(r">\s*([^<]*[^<\s])", f">{found}")[-1]


@pytest.mark.django_db
def test_token_issuers_are_seen_by_administrators_and_by_no_designer():
    """Operators register them (README, Configure it)."""
    member = MembershipFactory(role="admin")

    def titles(role: str) -> set[str]:
        place = Workplace(member.user, member.tenant, role, [member.tenant])
        return {str(one["title"]) for group in menu(place) for one in group["items"]}

    assert "Token issuers" in titles("admin")
    assert "Token issuers" not in titles("designer")


@pytest.mark.django_db
def test_each_entry_begins_with_a_capital_in_both_languages():
    for language in ("en", "fr"):
        with translation.override(language):
            groups = menu(Workplace(None, None, OPERATOR, ()))
            titles = [str(one["title"]) for group in groups for one in group["items"]]
        assert [one for one in titles if one[0] != one[0].upper()] == []
