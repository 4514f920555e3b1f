"""A provider's later word on a message, applied: best news wins, final is final.

Words form a lattice (sent < temp_failed < delivered < perm_failed): in whatever order
and however often they come, the same state results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from delivery import states
from delivery.models import Message, Recipient
from delivery.states import Move, Status
from notify_project.db.hashing import address_hash
from providers.base import Receipt, Word
from providers.channels.base import channel

RANK = {Word.SENT: 0, Word.TEMP_FAILED: 1, Word.DELIVERED: 2, Word.PERM_FAILED: 3}


def apply_answers(answers: Iterable[tuple[Message, Sequence[Receipt]]]) -> None:
    """Apply receipts that came with the answer itself; the messages are `sent` now."""
    moves: list[Move] = []
    for message, receipts in answers:
        note_recipients(message, receipts)
        word = summed(receipts, recipients=_meant(message))
        if word and word != Word.SENT:
            moves.append(
                Move(
                    message,
                    was=Status.SENT,
                    to=Status(word),
                    cause="receipt",
                    detail=receipts[0].detail,
                    values=_error(word, receipts),
                )
            )
    states.move(moves)


def note_recipients(message: Message, receipts: Sequence[Receipt]) -> None:
    """Write words that speak of one recipient of an envelope beside that recipient."""
    for receipt in receipts:
        if receipt.address:
            folded = channel(message.channel).folded(receipt.address)
            Recipient.for_tenant(message.tenant_id).filter(
                message=message,
                address_hash=address_hash(message.tenant_id, folded),
            ).update(state=receipt.word, detail=receipt.detail[:300])


def note_withheld(recipients: Mapping[str, Sequence[int]]) -> None:
    """Write beside recipients, by why, that their messages go out without them."""
    for detail, ids in recipients.items():
        rows = Recipient.across_tenants().filter(id__in=ids)
        rows.update(state=Status.SUPPRESSED, detail=detail)


def _meant(message: Message) -> int:
    """How many of its recipients a message goes to."""
    return sum(not one.is_withheld for one in message.recipients.all())


def summed(receipts: Sequence[Receipt], *, recipients: int) -> Word | None:
    """What an envelope's receipts say of the whole.

    A word without an address speaks for all. Else the envelope is delivered as soon as
    one recipient has it, and has failed when all of them have.
    """
    for_all = [one.word for one in receipts if not one.address]
    if for_all:
        return max(for_all, key=RANK.__getitem__)
    by_address = {one.address: one.word for one in receipts}
    if not by_address:
        return None
    if Word.DELIVERED in by_address.values():
        return Word.DELIVERED
    if len(by_address) < recipients:
        return None
    return min(by_address.values(), key=RANK.__getitem__)


def _error(word: Word, receipts: Sequence[Receipt]) -> dict[str, str]:
    if word == Word.DELIVERED:
        return {"error_code": "", "error_detail": ""}
    told = next((one for one in receipts if one.word == word), receipts[0])
    return {"error_code": told.code[:60], "error_detail": told.detail[:300]}
