"""The plan is frozen: what was decided stays decided."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from delivery.plan import Priority
from notify_project.queue.models import PRIORITIES
from tests.delivery.accepted import email_plan


def test_nobody_changes_a_plan():
    with pytest.raises(FrozenInstanceError):
        email_plan().account_id = None


def test_the_queue_knows_every_priority():
    """A row of a priority that it does not know would never be claimed."""
    assert {int(one) for one in Priority} == set(PRIORITIES)
