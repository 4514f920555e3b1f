"""What the database itself refuses."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from delivery.models import Attempt, Message, NotificationTag
from tests.delivery.accepted import accepted
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
TOKEN, LEASE = uuid4(), "2100-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("state", "token", "lease", "fits"),
    [
        ("queued", None, None, True),
        ("queued", TOKEN, None, False),
        ("queued", None, LEASE, False),
        ("claimed", TOKEN, LEASE, True),
        ("claimed", TOKEN, None, False),
        ("sending", TOKEN, LEASE, True),
        ("sending", None, LEASE, False),
        ("unknown", TOKEN, None, True),
        ("unknown", None, None, False),
        ("unknown", TOKEN, LEASE, False),
        ("sent", None, None, True),
        ("sent", TOKEN, LEASE, False),
    ],
)
def test_custody_fits_the_state(state, token, lease, fits):
    many(TenantFactory())
    values = {"state": state, "claim_token": token, "lease_until": lease}
    if fits:
        assert Message.across_tenants().update(**values) == 1
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.across_tenants().update(**values)


def test_an_attempt_has_its_number_once():
    [message] = many(TenantFactory())
    values = {"tenant": message.tenant, "message": message, "number": 1}
    Attempt(**values).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt(**values).save()


def test_a_tag_is_there_once():
    notification = accepted(TenantFactory(), tags=("a",))
    again = NotificationTag(
        tenant=notification.tenant, notification=notification, tag="a"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.only_on("postgresql")
def test_messages_are_vacuumed_before_a_fifth_of_them_is_dead():
    """They change some four times each, and the queue's indexes with them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reloptions FROM pg_class WHERE relname = %s",
            [Message._meta.db_table],
        )
        [options] = cursor.fetchone()

    assert set(options) == {
        "fillfactor=85",
        "autovacuum_vacuum_scale_factor=0.02",
        "autovacuum_vacuum_cost_delay=0",
    }
