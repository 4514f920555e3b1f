"""The SMS sandbox and its simulated numbers."""

from uuid import UUID

import pytest

from providers.base import Word
from providers.channels.sms import Sms, SmsPayload
from providers.errors import Temporary
from providers.sms.sandbox import SmsSandbox


def payload(to: str) -> SmsPayload:
    return SmsPayload(UUID(int=1), "ref-1", "", to, "It's done")


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("+447700900000", Word.DELIVERED),
        ("+447700900111", Word.DELIVERED),
        ("+447700900002", Word.PERM_FAILED),
        ("+447700900003", Word.TEMP_FAILED),
        ("+17787001234", Word.DELIVERED),
    ],
)
def test_the_number_decides_what_the_receipt_says(number, word):
    to = Sms().normalise(number, region="CA")

    (receipt,) = SmsSandbox.configured({}).send(payload(to)).receipts

    assert receipt.word is word
    assert receipt.message_id == UUID(int=1)


def test_a_simulated_number_is_accepted_whatever_the_account_is_told():
    sandbox = SmsSandbox.configured({"answer": "temporary"})

    assert sandbox.send(payload("+447700900000")).receipts
    with pytest.raises(Temporary):
        sandbox.send(payload("+17787001234"))
