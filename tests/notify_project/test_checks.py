"""`manage.py check` tells settings that cannot work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.checks import run_checks

from notify_project.signin_settings import SingleSignOn


def found():
    return {one.id: one.msg for one in run_checks() if one.id.startswith("notify.")}


def test_the_defaults_can_work(settings):
    settings.WEB_PROCESSES = 1

    assert found() == {}


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("RATE_LIMIT_STORE", "disk", "notify.E001"),
        ("WORKER_LANES", ("email-hi", "post-hi"), "notify.E002"),
        ("WORKER_LANES", (), "notify.E002"),
        ("LANE_CONCURRENCY", 0, "notify.E003"),
        ("REQUESTS_PER_MINUTE_LIVE", -1, "notify.E003"),
        ("SWEEP_SECONDS", 0.0, "notify.E006"),
        ("LEASE_SECONDS", 20.0, "notify.W003"),
        ("BROKER_URL", "", "notify.W004"),
        ("PUBLIC_URL", "notify.example.org", "notify.E004"),
        ("PUBLIC_URL", "ftp://notify.example.org", "notify.E004"),
        ("EGRESS_ALLOW", ["10.0.0.1/8"], "notify.E005"),
        ("SEALING_KEYS", "k1:short", "notify.E005"),
    ],
)
def test_what_cannot_work_is_told_by_its_name(settings, name, given, code):
    setattr(settings, name, given)

    told = found()

    assert list(told) == [code]
    assert name in told[code]


def test_a_key_is_not_told(settings):
    settings.SEALING_KEYS = "k1:c2VjcmV0"

    assert "c2VjcmV0" not in str(found())


def test_one_folder_brings_its_own_broker(settings):
    settings.BROKER_URL, settings.EMBEDDED = "", True

    assert found() == {}


def test_limits_that_each_process_counts_alone_are_warned_of(settings):
    settings.WEB_PROCESSES, settings.RATE_LIMIT_STORE = 2, "memory"

    assert "notify.W001" in found()


def test_several_web_processes_on_sqlite_are_warned_of(settings, monkeypatch):
    settings.WEB_PROCESSES, settings.RATE_LIMIT_STORE = 2, "database"
    database = settings.DATABASES["default"]
    monkeypatch.setitem(database, "ENGINE", "django.db.backends.sqlite3")

    assert list(found()) == ["notify.W002"]


OURS = SingleSignOn("https://id.example.org", "notify", "x", "", "RS256")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"second_factor": "maybe"}, "notify.E007"),
        ({"password_login": False}, "notify.E008"),
        ({"single_sign_on": replace(OURS, client_id="")}, "notify.E008"),
        ({"single_sign_on": replace(OURS, algorithm="HS256")}, "notify.E008"),
    ],
)
def test_a_log_in_that_cannot_work_is_told(settings, given, code):
    settings.SIGN_IN = replace(settings.SIGN_IN, **given)

    assert code in found()
