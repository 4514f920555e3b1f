"""The admin's frame: menu, tenant switch, headers, what is not there."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from notify_project.admin_site import NotifyAdminSite
from recipients import groups
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def menu_of(client: Client) -> set[str]:
    page = client.get(reverse("admin:index")).content.decode()
    menu = page.partition('id="nav-sidebar-apps"')[2].partition('id="main"')[0]
    return set(re.findall(r'href="/admin/([^"]*)"', menu))


def test_our_site_is_the_admins_site():
    assert isinstance(admin.site._registry[PeriodicTask].admin_site, NotifyAdminSite)
    assert Group not in admin.site._registry
    assert "delete_selected" not in [name for name, _action in admin.site.actions]


def test_the_menu_has_what_one_may_open():
    member = MembershipFactory(role="support")
    client = logged_in(member.user)

    links = menu_of(client)

    assert "delivery/notification/" in links
    assert "tenants/apikey/" not in links
    assert "tenants/user/" not in links
    assert all(client.get(f"/admin/{one}").status_code == 200 for one in links)


@pytest.mark.parametrize("role", ["admin", "designer", "support"])
def test_no_entry_of_the_menu_is_closed(role):
    client = logged_in(MembershipFactory(role=role).user)

    assert {client.get(f"/admin/{one}").status_code for one in menu_of(client)} == {200}


def test_operators_have_every_entry():
    client = logged_in(UserFactory(is_superuser=True))

    links = menu_of(client)

    assert links >= {"tenants/user/", "django_celery_beat/periodictask/"}
    assert {client.get(f"/admin/{one}").status_code for one in links} == {200}


def test_pages_may_run_our_scripts_only():
    client = logged_in(UserFactory(is_superuser=True))

    policy = client.get(reverse("admin:index")).headers["Content-Security-Policy"]

    scripts = next(one for one in policy.split(";") if "script-src" in one)
    assert "'self'" in scripts
    assert "unsafe-inline" not in scripts


def test_no_page_carries_an_inline_script_or_another_host():
    client = logged_in(UserFactory(is_superuser=True))

    page = client.get(reverse("admin:index")).content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []


@pytest.mark.parametrize("text", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_entering_what_is_not_there_is_refused_in_words(text):
    client = logged_in(MembershipFactory().user)

    answer = client.post(reverse("admin:enter_tenant"), {"tenant": text}, follow=True)

    assert "There is no such tenant." in answer.content.decode()


def test_a_tenant_is_entered_by_post_only():
    assert logged_in(MembershipFactory().user).get("/admin/tenant/").status_code == 405


def test_the_header_says_where_one_works():
    member = MembershipFactory(tenant=TenantFactory(name="Rivers"))

    page = logged_in(member.user).get(reverse("admin:index")).content.decode()

    assert "Rivers" in page


def test_a_list_is_headed_with_a_capital_and_a_row_by_its_own_name():
    member = MembershipFactory(role="admin")
    group = groups.create(
        member.tenant, name="clerks", channel_code="email", addresses=[]
    )
    client = logged_in(member.user)

    listed = client.get(reverse("admin:recipients_group_changelist"))
    row = client.get(reverse("admin:recipients_group_change", args=[group.pk]))

    assert re.search(r"tracking-tight\">\s*Groups\s*<", listed.content.decode())
    assert re.search(r"tracking-tight\">\s*clerks\s*<", row.content.decode())


def test_an_autocomplete_of_what_points_back_is_refused():
    client = logged_in(UserFactory(is_superuser=True))

    for field in ("published", "versions", "name", "nothing"):
        answer = client.get(
            reverse("admin:autocomplete"),
            {
                "app_label": "templates_app",
                "model_name": "template",
                "field_name": field,
                "term": "x",
            },
        )

        assert answer.status_code == 403


def test_a_periodic_task_is_made_in_our_style():
    client = logged_in(UserFactory(is_superuser=True))

    page = client.get(reverse("admin:django_celery_beat_periodictask_add"))

    assert page.status_code == 200
    assert "regtask" in page.content.decode()
