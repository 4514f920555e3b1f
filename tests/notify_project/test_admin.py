"""Periodic tasks: operators change them, and it is recorded."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tenants.models import AuditEntry
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_operator_changes_a_task_and_it_is_recorded():
    every = IntervalSchedule.objects.create(every=5, period="seconds")
    task = PeriodicTask.objects.create(
        name="sweep", task="notify.sweep", interval=every
    )
    client = logged_in(UserFactory(is_superuser=True))
    url = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])

    answer = client.post(
        url,
        {
            "name": "sweep often",
            "task": "notify.sweep",
            "interval": str(every.pk),
            "args": "[]",
            "kwargs": "{}",
            "headers": "{}",
            "enabled": "on",
        },
    )

    task.refresh_from_db()
    assert answer.status_code == 302
    assert task.name == "sweep often"
    assert AuditEntry.of_system().get().changes["name"]["after"] == "sweep often"


def test_others_see_none_of_it():
    client = logged_in(MembershipFactory(role="admin").user)

    for model in ("periodictask", "intervalschedule", "crontabschedule"):
        url = reverse(f"admin:django_celery_beat_{model}_changelist")
        assert client.get(url).status_code == 403
