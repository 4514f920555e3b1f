"""The last operator has lost the phone."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants import second_factor
from tenants.models import AuditEntry
from tests.tenants.second_factors import with_factor

pytestmark = pytest.mark.django_db


def test_it_is_taken_away_and_written_down(capsys):
    user, _secret, _codes = with_factor()

    call_command("take_away_second_factor", user.email.upper(), reason="lost phone")

    assert not second_factor.is_on(user)
    assert user.email in capsys.readouterr().out
    entry = AuditEntry.of_system().order_by("id").last()
    assert entry.changes["reason"]["after"] == "lost phone"


def test_nobody_of_that_address_is_told():
    with pytest.raises(CommandError, match="Nobody of this address"):
        call_command("take_away_second_factor", "no@example.org", reason="x")
