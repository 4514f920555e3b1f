"""Times in lists: in the tenant's zone, with UTC beside."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.html import format_html


def in_both_zones(at: datetime, zone: str) -> str:
    """Day and time there; below it in UTC, with the day where it is another."""
    there = at.astimezone(ZoneInfo(zone))
    return format_html(
        '<span class="notify-line">{}</span><br>'
        '<span class="notify-subtle notify-line">{} UTC</span>',
        there.strftime("%Y-%m-%d %H:%M:%S"),
        _clock(at.astimezone(ZoneInfo("UTC")), there),
    )


def _clock(utc: datetime, there: datetime) -> str:
    same_day = utc.date() == there.date()
    return utc.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M:%S")
