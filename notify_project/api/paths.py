"""Ids in addresses: `<id:notify_id>` in a pattern of urls.py."""

from __future__ import annotations

from django.urls.converters import UUIDConverter


class IdConverter(UUIDConverter):
    """An id in small letters or capitals: people copy it out of whatever showed it.

    Django's own takes small ones alone, and a right id was answered with 404.
    """

    regex = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
