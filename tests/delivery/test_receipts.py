"""A provider's later word, applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.models import Recipient
from delivery.receipts import apply_answers, summed
from notify_project.db.hashing import address_hash
from providers.base import Receipt, Word
from tests.delivery.scene import again, many, story
from tests.tenants.factories import TenantFactory

ANN, BOB = "ann@example.org", "bob@example.org"


def told(word, address=""):
    return Receipt(word=word, address=address)


@pytest.mark.parametrize(
    ("receipts", "word"),
    [
        ([], None),
        ([told(Word.DELIVERED)], Word.DELIVERED),
        ([told(Word.DELIVERED), told(Word.PERM_FAILED)], Word.PERM_FAILED),
        ([told(Word.DELIVERED, ANN)], Word.DELIVERED),
        ([told(Word.PERM_FAILED, ANN)], None),
        ([told(Word.PERM_FAILED, ANN), told(Word.DELIVERED, BOB)], Word.DELIVERED),
        (
            [told(Word.PERM_FAILED, ANN), told(Word.TEMP_FAILED, BOB)],
            Word.TEMP_FAILED,
        ),
    ],
)
def test_an_envelope_is_delivered_with_its_first_and_fails_with_its_last(
    receipts, word
):
    assert summed(receipts, recipients=2) == word


@given(st.lists(st.sampled_from(list(Word)), min_size=1, max_size=6), st.randoms())
def test_order_and_repetition_do_not_matter(words, dice):
    receipts = [told(word) for word in words]
    shuffled = receipts * 2
    dice.shuffle(shuffled)

    assert summed(receipts, recipients=1) == summed(shuffled, recipients=1)


@pytest.mark.django_db
@pytest.mark.each_database
class TestApply:
    def test_a_failure_keeps_the_providers_words(self):
        [message] = many(TenantFactory(), state="sent")
        receipt = Receipt(word=Word.PERM_FAILED, code="550", detail="No such user")
        apply_answers([(message, [receipt])])

        now = again(message)
        assert (now.state, now.error_code, now.error_detail) == (
            "perm_failed",
            "550",
            "No such user",
        )

    def test_sent_says_nothing_new(self):
        [message] = many(TenantFactory(), state="sent")
        apply_answers([(message, [told(Word.SENT)])])

        assert (again(message).state, story(message)) == ("sent", ["accepted"])

    def test_a_word_on_one_recipient_is_written_beside_that_one(self):
        tenant = TenantFactory()
        [message] = many(tenant, channel="email", state="sent")
        Recipient.across_tenants().update(address_hash=address_hash(tenant.id, ANN))
        apply_answers([(message, [told(Word.DELIVERED, ANN)])])

        assert Recipient.across_tenants().get().state == "delivered"
        assert again(message).state == "delivered"

    def test_words_go_up_only(self):
        [message] = many(TenantFactory(), state="sent")
        apply_answers([(message, [told(Word.PERM_FAILED)])])
        apply_answers([(message, [told(Word.DELIVERED)])])

        assert again(message).state == "perm_failed"
