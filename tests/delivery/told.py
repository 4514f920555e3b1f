"""What a provider told us, without HTTP: stored, and applied as a worker does."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings

from delivery import applying, incoming
from delivery.models import Incoming, Message
from notify_project.queue.pumps import Wake
from providers.base import IncomingText, Receipt, Told, Word
from providers.models import Account


def receipt(word: Word, ref: str = "", **values: Any) -> Receipt:
    return Receipt(word, provider_ref=ref, **values)


def tell(account: Account, *said: Receipt | IncomingText) -> None:
    """Stored, as the endpoint stores it."""
    incoming.store(
        account,
        Told(
            receipts=tuple(one for one in said if isinstance(one, Receipt)),
            texts=tuple(one for one in said if isinstance(one, IncomingText)),
        ),
    )


def apply() -> None:
    """What a worker does until nothing is due."""
    applying.pump(settings.RECEIPTS_LANE, Wake(), threading.Event())


def states() -> list[str]:
    return sorted(Incoming.objects.values_list("state", flat=True))


def sent(message: Message, account: Account, ref: str, **values: Any) -> None:
    """As if it had been handed to this account a while ago."""
    Message.across_tenants().filter(id=message.id).update(
        account=account, provider=account.provider, provider_ref=ref, **values
    )
