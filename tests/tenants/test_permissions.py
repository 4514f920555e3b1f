"""Scopes: what a view declares, and what its callers hear."""

from __future__ import annotations

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from tenants.errors import BadCredentials, MissingScope
from tenants.permissions import Deny, Public, requires
from tests.tenants.test_callers import caller


def request(method="GET", scopes=None):
    made = Request(APIRequestFactory().generic(method, "/"))
    made.auth = None if scopes is None else caller(scopes=frozenset(scopes))
    return made


def test_a_caller_with_the_scope_may():
    assert requires("send")().has_permission(request(scopes={"send"}), APIView())


def test_a_caller_without_it_hears_which_one_is_missing():
    with pytest.raises(MissingScope) as caught:
        requires("content")().has_permission(request(scopes={"send"}), APIView())

    assert "'content'" in caught.value.message


def test_nobody_is_asked_for_credentials():
    with pytest.raises(BadCredentials):
        requires("send")().has_permission(request(), APIView())


@pytest.mark.parametrize(
    ("method", "scope"),
    [("GET", "read"), ("HEAD", "read"), ("POST", "manage"), ("DELETE", "manage")],
)
def test_methods_of_one_address_may_need_different_scopes(method, scope):
    permission = requires("manage", GET="read")

    assert permission.scope_of(method) == scope
    assert permission().has_permission(request(method, {scope}), APIView())


def test_an_unknown_scope_is_a_mistake_at_start():
    with pytest.raises(ValueError, match="fly"):
        requires("fly")


def test_a_view_that_declares_nothing_answers_nobody():
    assert not Deny().has_permission(request(scopes={"send"}), APIView())


def test_a_public_view_asks_for_nothing():
    assert Public().has_permission(request(), APIView())
