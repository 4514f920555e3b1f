"""Dates and times for people."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import override


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_time_is_told_with_its_zone(language: str):
    moment = datetime(2026, 11, 21, 15, 22, tzinfo=UTC)

    with override(language), timezone.override(ZoneInfo("America/Vancouver")):
        assert localize(timezone.localtime(moment)) == "2026-11-21 07:22 PST"
        assert localize(moment.date()) == "2026-11-21"
