"""`manage.py check_ledger`."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from delivery.models import Message
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_books_that_balance_are_said_to(capsys):
    many(TenantFactory(), 3)
    call_command("check_ledger")

    assert "The books balance." in capsys.readouterr().out


def test_what_is_wrong_is_named_and_ends_with_an_error(capsys):
    [message, *_others] = many(TenantFactory(), 3)
    Message.across_tenants().filter(id=message.id).update(state="sent")
    with pytest.raises(CommandError, match="violations"):
        call_command("check_ledger", days=1, limit=10)

    assert str(message.id) in capsys.readouterr().out
