"""What authentication finds out."""

from __future__ import annotations

import dataclasses

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from tenants.callers import ALL_SCOPES, GATEWAY_SCOPES, Caller, caller_of
from tenants.errors import BadCredentials
from tests.tenants.factories import TenantFactory


def caller(**values):
    usual = {
        "tenant": TenantFactory.build(),
        "key_type": "live",
        "scopes": frozenset({"send"}),
        "name": "abcdefgh",
    }
    return Caller(**{**usual, **values})


def test_the_caller_of_a_request_is_what_was_verified():
    request = Request(APIRequestFactory().get("/"))
    request.auth = caller()

    assert caller_of(request) is request.auth


def test_a_request_without_a_caller_is_refused():
    request = Request(APIRequestFactory().get("/"))

    with pytest.raises(BadCredentials):
        caller_of(request)


def test_a_caller_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        caller().scopes = ALL_SCOPES


def test_a_gateway_may_not_read_content():
    assert {"content"} == ALL_SCOPES - GATEWAY_SCOPES


def test_a_caller_that_is_bound_to_no_channel_may_use_all():
    assert caller().may_send_over("sms")
    assert caller(channels=frozenset({"sms"})).may_send_over("sms")
    assert not caller(channels=frozenset({"sms"})).may_send_over("email")
