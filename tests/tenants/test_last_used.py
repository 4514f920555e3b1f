"""Last use: noted once a minute, after the answer."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.signals import request_finished
from django.db import DatabaseError
from django.utils import timezone

from tenants import keys, last_used
from tenants.models import ApiKey
from tenants.verifying import verify_key
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


def used(text):
    assert verify_key(text, address="203.0.113.9")


def test_a_use_is_written_when_the_request_has_ended(django_assert_num_queries):
    key, text = keys.issue(TenantFactory(), name="shop")
    with django_assert_num_queries(1):
        used(text)

    with django_assert_num_queries(1):
        last_used.write()

    key.refresh_from_db()
    assert key.last_used_at is not None
    assert timezone.now() - key.last_used_at < timedelta(minutes=1)


def test_it_is_written_at_most_once_a_minute(django_assert_num_queries):
    _key, text = keys.issue(TenantFactory(), name="shop")
    used(text)
    last_used.write()

    with django_assert_num_queries(0):
        used(text)
        last_used.write()


def test_another_process_that_wrote_just_now_is_enough():
    key, text = keys.issue(TenantFactory(), name="shop")
    just_now = timezone.now() - timedelta(seconds=30)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=just_now)

    used(text)
    last_used.write()

    key.refresh_from_db()
    assert key.last_used_at == just_now


def test_django_says_when_a_request_has_ended():
    assert any("last_used" in str(entry[0]) for entry in request_finished.receivers)


def test_a_failed_note_breaks_nothing_and_names_no_secret(monkeypatch, caplog):
    _key, text = keys.issue(TenantFactory(), name="shop")
    used(text)

    def fail():
        raise DatabaseError("the database is away")

    monkeypatch.setattr(ApiKey, "across_tenants", fail)
    with caplog.at_level(logging.WARNING):
        last_used.write()

    assert "not noted" in caplog.text
    assert text not in caplog.text
