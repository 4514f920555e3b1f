"""Addresses that we tell."""

from __future__ import annotations

from uuid import UUID

from delivery.links import status_url

ID = UUID("0199c1f0-3c55-7d80-9b1e-0242ac120002")


def test_they_begin_with_the_public_url(settings):
    settings.PUBLIC_URL = "https://notify.example.org"

    assert status_url(ID) == f"https://notify.example.org/api/v1/notify/{ID}"
