"""The chat sandbox."""

import pytest

from providers.base import Word
from providers.errors import Permanent
from providers.msgapp.sandbox import MsgAppSandbox
from tests.providers.msgapp.chat import payload


def test_every_message_is_accepted_and_delivered():
    accepted = MsgAppSandbox.configured({}).send(payload())

    assert accepted.provider_ref == "sandbox-ref-1"
    (receipt,) = accepted.receipts
    assert receipt.word is Word.DELIVERED
    assert receipt.message_id == payload().message_id


def test_it_answers_as_it_is_told():
    with pytest.raises(Permanent):
        MsgAppSandbox.configured({"answer": "permanent"}).send(payload())
