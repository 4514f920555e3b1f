"""A message's files, read from the database in pieces and opened.

A connection to PostgreSQL keeps, for as long as it lives, a buffer as large as the
largest row that ever came through it, twice over: 25 MB would cost each lane 64 MB for
good. So no statement here brings more than a megabyte or so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import BinaryField
from django.db.models.functions import Substr

from delivery.models import Attachment
from notify_project.db.encryption import CannotOpen, open_sealed

PIECE = 1_000_000


def fill(attachments: Iterable[Attachment]) -> None:
    """Give each its opened bytes; small ones together, by one query a megabyte.

    One that cannot be opened is left as it was: asking it for `data` says why.
    """
    small: list[Attachment] = []
    for one in attachments:
        if one.size <= PIECE:
            small.append(one)
        else:
            _fill_large(one)
    for group in _grouped(small):
        _fill_together(group)


def _fill_together(group: Sequence[Attachment]) -> None:
    rows = Attachment.across_tenants().filter(id__in=[one.id for one in group])
    try:
        opened = dict(rows.values_list("id", "data"))
    except CannotOpen:
        return
    for one in group:
        if one.id in opened:
            one.data = opened[one.id]


def _fill_large(one: Attachment) -> None:
    # Twice: keys may be changed between two pieces, but not twice in a row.
    for _turn in range(2):
        try:
            one.data = open_sealed(_sealed(one), column=_LABEL)
            return
        except CannotOpen:
            continue


def _sealed(one: Attachment) -> bytearray:
    row = Attachment.across_tenants().filter(id=one.id)
    whole = bytearray()
    while True:
        piece = Substr("data", len(whole) + 1, PIECE, output_field=BinaryField())
        found = row.values_list(piece, flat=True).first()
        whole += found or b""
        if not found or len(found) < PIECE:
            return whole


_LABEL = Attachment._meta.get_field("data").column_label


def _grouped(small: Iterable[Attachment]) -> Iterator[list[Attachment]]:
    group: list[Attachment] = []
    for one in small:
        if sum(each.size for each in group) + one.size > PIECE:
            yield group
            group = []
        group.append(one)
    if group:
        yield group
