"""Times in the tenant's zone, with UTC beside."""

from __future__ import annotations

from datetime import UTC, datetime

from tenants.admin.times import in_both_zones


def test_utc_names_its_day_only_where_it_is_another():
    noon = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
    night = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

    by_day = in_both_zones(noon, "America/Vancouver")
    by_night = in_both_zones(night, "America/Vancouver")

    assert "2026-03-01 12:00:00" in by_day
    assert ">20:00:00 UTC" in by_day
    assert "2026-03-01 20:00:00" in by_night
    assert "2026-03-02 04:00:00 UTC" in by_night
