"""The e-mail sandbox."""

from __future__ import annotations

import pytest

from providers.base import Word
from providers.email.sandbox import EmailSandbox
from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from tests.providers.email.servers import mail


def test_everybody_on_the_envelope_gets_a_receipt():
    payload = mail(
        to=("ann@example.org", "perm-fail@simulator.notify"),
        cc=("temp-fail@simulator.notify",),
        bcc=("delivered@simulator.notify",),
    )

    accepted = EmailSandbox.configured({}).send(payload)

    assert {one.address: one.word for one in accepted.receipts} == {
        "ann@example.org": Word.DELIVERED,
        "perm-fail@simulator.notify": Word.PERM_FAILED,
        "temp-fail@simulator.notify": Word.TEMP_FAILED,
        "delivered@simulator.notify": Word.DELIVERED,
    }
    assert {one.message_id for one in accepted.receipts} == {payload.message_id}
    assert accepted == EmailSandbox.configured({}).send(payload)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("temporary", Temporary),
        ("permanent", Permanent),
        ("misconfigured", Misconfigured),
        ("unknown", Unknown),
    ],
)
def test_it_fails_as_told_but_not_for_simulated_recipients(answer, error):
    sandbox = EmailSandbox.configured({"answer": answer})

    with pytest.raises(error):
        sandbox.send(mail())
    assert sandbox.send(mail(to=("delivered@simulator.notify",))).receipts


def test_its_check_says_that_nothing_is_delivered():
    assert "nothing" in EmailSandbox.configured({}).check()
