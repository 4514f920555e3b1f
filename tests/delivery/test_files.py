"""Files, read in pieces from the real database."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from delivery import files
from delivery.models import Attachment
from notify_project.db.encryption import CannotOpen
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def content():
    [message] = many(TenantFactory(), channel="email")
    return message.content


def _stored(content, data: bytes) -> Attachment:
    one = Attachment(
        tenant_id=content.tenant_id,
        content=content,
        filename="a.pdf",
        content_type="application/pdf",
        size=len(data),
        data=data,
    )
    one.save()
    return one


def _unread() -> list[Attachment]:
    return list(Attachment.across_tenants().defer("data").order_by("size"))


def test_files_of_all_sizes_come_as_they_went(content, monkeypatch):
    monkeypatch.setattr(files, "PIECE", 1000)
    # What is stored is a little longer: nonce, label and tag.
    sizes = [0, 1, 999, 1000, 1001, 1950, 1999, 2000, 2001, 5000]
    given = [os.urandom(size) for size in sizes]
    for data in given:
        _stored(content, data)
    found = _unread()
    files.fill(found)

    assert [one.data for one in found] == given


def test_small_files_share_a_query(content, django_assert_num_queries):
    for _ in range(10):
        _stored(content, b"x" * 1000)
    found = _unread()
    with django_assert_num_queries(1):
        files.fill(found)
        assert {one.data for one in found} == {b"x" * 1000}


@pytest.mark.parametrize("size", [100, 5000])
def test_one_that_cannot_be_opened_spoils_no_other(content, monkeypatch, size):
    monkeypatch.setattr(files, "PIECE", 1000)
    broken, well = _stored(content, bytes(size)), _stored(content, b"well")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE delivery_attachment SET data = %s WHERE size = %s", [b"no", size]
        )
    found = {one.id: one for one in _unread()}
    files.fill(found.values())

    assert found[well.id].data == b"well"
    with pytest.raises(CannotOpen):
        _ = found[broken.id].data
