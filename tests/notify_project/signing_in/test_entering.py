"""Half way and in: what a session knows of it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from notify_project.signing_in import entering
from tenants import known_browsers
from tests.tenants.factories import UserFactory

pytestmark = pytest.mark.django_db


def request_of(user=None):
    request = RequestFactory().get("/admin/")
    request.session = SessionStore()
    request.user = user or AnonymousUser()
    return request


def test_who_is_half_way_is_not_logged_in():
    request, user = request_of(), UserFactory()

    answer = entering.ask_for_code(request, user, "/admin/x/")

    assert answer.url == "/admin/login/code/"
    assert entering.half_way(request) == entering.HalfWay(user, "/admin/x/")
    assert "_auth_user_id" not in request.session


def test_in_ends_half_way():
    request, user = request_of(), UserFactory()
    entering.ask_for_code(request, user, "/admin/x/")

    answer = entering.let_in(request, user, "/admin/x/", with_factor=True)

    assert entering.half_way(request) is None
    assert entering.has_factor(request)
    assert request.user == user
    assert known_browsers.cookie_name() in answer.cookies


def test_a_session_of_a_password_alone_knows_of_no_factor():
    request, user = request_of(), UserFactory()

    entering.let_in(request, user, "/admin/")

    assert not entering.has_factor(request)
