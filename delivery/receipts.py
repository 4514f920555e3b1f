"""A provider's later word on a message, applied: best news wins, final is final.

Words form a lattice (sent < temp_failed < delivered < perm_failed): in whatever order
and however often they come, the same state results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from delivery import states
from delivery.announcing import Told
from delivery.models import Message, Recipient
from delivery.states import ALLOWED, Move, Status
from notify_project.db.hashing import address_hash
from notify_project.queue.models import OPEN
from providers.base import Receipt, Word
from providers.channels.base import channel

RANK = {Word.SENT: 0, Word.TEMP_FAILED: 1, Word.DELIVERED: 2, Word.PERM_FAILED: 3}
_ARRIVED = (Word.SENT, Word.DELIVERED)
_WAITING = (Status.QUEUED, Status.CLAIMED)
_UNDER_WAY = (Status.SENDING, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Heard:
    """A receipt, and the account that it came to."""

    receipt: Receipt
    account_id: UUID


def apply_answers(
    answers: Iterable[tuple[Message, Sequence[Receipt]]],
    heard: list[Told] | None = None,
) -> None:
    """Apply receipts that came with the answer itself; the messages are `sent` now.

    What is `heard` of it is as in states.move.
    """
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
    states.move(moves, heard=heard)


def note_recipients(message: Message, receipts: Sequence[Receipt]) -> None:
    """Write words that speak of one recipient of an envelope beside that recipient.

    There too words only go up.
    """
    for receipt in receipts:
        if receipt.address:
            folded = channel(message.channel).folded(receipt.address)
            lower = [one for one in Word if RANK[one] < RANK[receipt.word]]
            Recipient.for_tenant(message.tenant_id).filter(
                message=message,
                address_hash=address_hash(message.tenant_id, folded),
                state__in=["", *lower],
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


# --- Words that come later ---


def is_plain(message: Message, heard: Sequence[Heard]) -> bool:
    """Whether nothing but the message's own state can change: one recipient, words."""
    return _meant(message) == 1 and not any(
        one.receipt.keep_away or one.receipt.unlisted for one in heard
    )


def move_of(message: Message, heard: Sequence[Heard]) -> Move | None:
    """What is to become of the message; None if it is no news.

    Of an envelope its recipients are asked: what came earlier is written beside them.
    Whatever a provider says of a message, it has it.
    """
    heeded_ones = heeded(message, heard)
    if not heeded_ones:
        return None
    word = _word(message, heeded_ones) or Word.SENT
    to = following(
        message.state,
        word,
        doubtful=message.unknowns > 0,
        given_up_as_unknown=message.error_code == "outcome_unknown",
    )
    if to is None:
        return None
    return Move(
        message,
        was=message.state,
        to=to,
        cause="receipt",
        detail=_detail(word, heeded_ones),
        values=_values(message, word, heeded_ones),
        expected={"attempts": message.attempts} if message.state in OPEN else {},
    )


def heeded(message: Message, heard: Sequence[Heard]) -> list[Receipt]:
    """Without what speaks of an earlier attempt only: that one failed is no news.

    That the provider refuses a repeat means that an attempt of which nobody knew had
    arrived; without such a doubt it is the refusal that it says it is.
    """
    found: list[Receipt] = []
    for one in heard:
        receipt = one.receipt
        if receipt.repeated and message.unknowns:
            found.append(replace(receipt, word=Word.SENT))
        elif receipt.word in _ARRIVED or _is_of_last_attempt(message, one):
            found.append(receipt)
    return found


def _is_of_last_attempt(message: Message, one: Heard) -> bool:
    if one.account_id != message.account_id:
        return False
    refs = {message.provider_ref, one.receipt.provider_ref} - {""}
    return not message.maybe_duplicate or len(refs) < 2


def following(
    state: str, word: Word, *, doubtful: bool, given_up_as_unknown: bool = False
) -> Status | None:
    """What a message in this state becomes by this word; None if it says nothing new.

    What waits to be sent again, and turns out to have arrived, is not sent again.
    """
    if state in _WAITING:
        may = word in _ARRIVED or (doubtful and word == Word.PERM_FAILED)
    elif word == Word.SENT:
        may = state in _UNDER_WAY or (state == Status.DEAD and given_up_as_unknown)
    else:
        may = Status(word) in ALLOWED[state]
    return Status(word) if may else None


def _word(message: Message, heeded_ones: Sequence[Receipt]) -> Word | None:
    meant = [one for one in message.recipients.all() if not one.is_withheld]
    if len(meant) == 1:
        return max((one.word for one in heeded_ones), key=RANK.__getitem__)
    for_all = [one for one in heeded_ones if not one.address]
    known = [
        Receipt(Word(one.state), address=one.address) for one in meant if one.state
    ]
    return summed([*for_all, *known], recipients=len(meant))


def _detail(word: Word, heeded_ones: Sequence[Receipt]) -> str:
    said = [one.detail for one in heeded_ones if one.word == word and one.detail]
    return next(iter(said), "")


def _values(
    message: Message, word: Word, heeded_ones: Sequence[Receipt]
) -> dict[str, Any]:
    """Also the provider's reference, should the call's own answer never come."""
    values: dict[str, Any] = dict(_error(word, heeded_ones))
    if message.state in OPEN:
        values |= {"hold_reason": "", "asking": False}
        ref = next((one.provider_ref for one in heeded_ones if one.provider_ref), "")
        values["provider_ref"] = (message.provider_ref or ref)[:200]
    return values


def _error(word: Word, receipts: Sequence[Receipt]) -> dict[str, str]:
    if word in _ARRIVED:
        return {"error_code": "", "error_detail": ""}
    told = next((one for one in receipts if one.word == word), receipts[0])
    return {
        "error_code": (told.code or word)[:60],
        "error_detail": told.detail[:300],
    }
