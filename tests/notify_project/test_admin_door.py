"""What every page of the admin passes through."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from notify_project.admin_door import guarded, zone_of
from notify_project.api.pages import NotUnderstood
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


def request_of(user, url: str = "/admin/"):
    request: Any = RequestFactory().get(url)
    request.user = user
    request.session = {}
    return request


def test_a_sign_that_no_text_can_hold_is_refused_before_the_page():
    seen = []

    with pytest.raises(NotUnderstood, match="no text here can hold"):
        guarded(seen.append)(request_of(UserFactory(), "/admin/?x=%00"))
    assert seen == []


@pytest.mark.parametrize("error", [DataError("out of range"), OverflowError()])
def test_what_no_row_can_hold_is_refused_in_words(error: Exception):
    def view(request):
        raise error

    with pytest.raises(NotUnderstood, match="larger than anything kept here"):
        guarded(view)(request_of(UserFactory()))


def test_times_on_a_page_are_the_tenants():
    tenant = TenantFactory(time_zone="America/Vancouver")
    member = MembershipFactory(tenant=tenant)

    def view(request):
        return HttpResponse(timezone.get_current_timezone_name())

    answer = guarded(view)(request_of(member.user))

    assert answer.content == b"America/Vancouver"
    assert timezone.get_current_timezone_name() == "UTC"


def test_above_all_tenants_times_are_utc():
    assert zone_of(request_of(UserFactory(is_superuser=True))) == UTC
    member = MembershipFactory(tenant=TenantFactory(time_zone="Asia/Tokyo"))
    assert zone_of(request_of(member.user)) == ZoneInfo("Asia/Tokyo")


def test_a_list_says_the_zone_of_its_times():
    tenant = TenantFactory(time_zone="Asia/Tokyo")
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role="admin").user)

    shown = client.get(reverse("admin:tenants_membership_changelist")).content.decode()

    assert " JST" in shown
