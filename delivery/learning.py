"""What a provider says of an address: it is dead, or its owner wants nothing.

Such addresses go on the tenant's suppression list in the transaction that ends the
message, so that nobody is written to again and again who cannot or must not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import structlog

from delivery.models import Message, Recipient
from delivery.outcomes import Kind, Outcome
from providers.base import Receipt, Word
from providers.channels.base import channel
from recipients import suppression

# RFC 3463: no such mailbox, no such system, moved without a new address, null MX. Not
# 5.2.2 (mailbox full) nor 5.7.1 (policy): these pass, or are about the sender.
_BOUNCED = re.compile(r"5\d\d 5\.1\.(1|2|6|10)")
_STOPPED = "opted_out"  # what adapters say of a recipient who answered STOP

log = structlog.get_logger(__name__)


def reason_of(code: str) -> str:
    """The reason on the suppression list that a refusal's code means; "" for none."""
    if code == _STOPPED:
        return "stopped"
    return "bounced" if _BOUNCED.fullmatch(code) else ""


def learn(ended: Iterable[tuple[Message, Outcome]]) -> None:
    """Suppress addresses of messages that were refused for good, in the caller's
    transaction; one statement for each, none for the usual outcome."""
    for message, outcome in ended:
        for recipient, reason in _refused(message, outcome):
            is_new = suppression.keep_away(
                message.tenant_id,
                channel_code=message.channel,
                normalised=str(recipient.address),
                reason=reason,
            )
            if is_new:
                log.info("suppressed", reason=reason, message_id=message.id)


def heed(message: Message, told: Iterable[Receipt]) -> None:
    """Suppress whom receipts say not to write to again, in the caller's transaction.

    Nobody but recipients of this very message: a receipt names no other.
    """
    for receipt in told:
        for recipient in _named(message, receipt) if receipt.keep_away else ():
            is_new = suppression.keep_away(
                message.tenant_id,
                channel_code=message.channel,
                normalised=str(recipient.address),
                reason=receipt.keep_away,
            )
            if is_new:
                log.info("suppressed", reason=receipt.keep_away, message_id=message.id)


def _named(message: Message, receipt: Receipt) -> list[Recipient]:
    """Who is meant; the only recipient, however the provider spells the address."""
    meant = [one for one in message.recipients.all() if not one.is_withheld]
    if len(meant) < 2:
        return meant
    fold = channel(message.channel).folded
    wanted = fold(receipt.address)
    return [one for one in meant if fold(str(one.address)) == wanted]


def _refused(message: Message, outcome: Outcome) -> Iterator[tuple[Recipient, str]]:
    """Whom the provider refused by name; of a refusal as a whole, its one recipient."""
    meant = [one for one in message.recipients.all() if not one.is_withheld]
    if outcome.kind == Kind.PERMANENT and len(meant) == 1:
        if reason := reason_of(outcome.code):
            yield meant[0], reason
        return
    codes = {
        one.address: one.code
        for one in outcome.receipts
        if one.address and one.word == Word.PERM_FAILED
    }
    for recipient in meant if codes else ():
        if reason := reason_of(codes.get(str(recipient.address), "")):
            yield recipient, reason
