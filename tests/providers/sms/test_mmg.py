"""MMG on a loopback server, which answers as its documented fields have it."""

import json
from pathlib import Path
from typing import Any

import pytest

from providers.base import Receipt, Word
from providers.errors import Misconfigured, Permanent, Unknown
from providers.hooks import Forged, Hook, Unreadable
from providers.sms.mmg import Mmg
from tests.providers.sms.texts import MESSAGE_ID, SECRET, Alike, payload

FIXTURES = Path(__file__).parent.parent / "fixtures" / "mmg"
ACCEPTED: dict[str, Any] = json.loads((FIXTURES / "accepted.json").read_text())
REFUSED: dict[str, Any] = json.loads((FIXTURES / "refused.json").read_text())


class TestMmg(Alike):
    provider = Mmg
    values = {"api_key": SECRET, "sender": "GovBC"}
    path = "/jsonv2a/api.php"

    def test_a_text_is_one_json_post_with_the_key(self, httpserver):
        httpserver.expect_request(self.path, method="POST").respond_with_json(ACCEPTED)

        accepted = self.configured(httpserver.url_for("")).send(
            payload(text="It's 5 € & more\n😀")
        )

        assert accepted.provider_ref == "12345678"
        assert accepted.receipts == ()
        request = httpserver.log[0][0]
        assert request.content_type == "application/json"
        assert request.headers["Authorization"] == f"Basic {SECRET}"
        assert json.loads(request.get_data()) == {
            "reqType": "BULK",
            "MSISDN": "447900900123",
            "msg": "It's 5 € & more\n😀",
            "sender": "GovBC",
            "cid": str(MESSAGE_ID),
            "multi": True,
        }

    def test_receipts_go_where_the_account_says(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json(ACCEPTED)
        url = "https://notify.example.org/notifications/sms/mmg"

        self.configured(httpserver.url_for(""), receipt_url=url).send(payload())

        assert json.loads(httpserver.log[0][0].get_data())["delurl"] == url

    def test_the_messages_own_sender_goes_first(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json(ACCEPTED)

        self.configured(httpserver.url_for("")).send(payload(sender="+447700900999"))

        assert json.loads(httpserver.log[0][0].get_data())["sender"] == "447700900999"

    def test_a_refusal_carries_mmgs_number_and_none_of_its_words(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json(REFUSED, status=400)

        with pytest.raises(Permanent) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.code == "mmg_206"
        assert raised.value.http_status == 400
        assert "Some kind" not in raised.value.detail

    def test_an_error_inside_a_success_is_unknown(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json(REFUSED)

        with pytest.raises(Unknown) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.code == "mmg_206"

    def test_a_success_without_reference_is_a_success(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json({"Status": "ok"})

        accepted = self.configured(httpserver.url_for("")).send(payload())

        assert accepted.provider_ref == ""

    def test_check_reaches_the_server_and_sends_nothing(self, httpserver):
        httpserver.expect_request(self.path, method="HEAD").respond_with_data("")

        assert "MMG was reached" in self.configured(httpserver.url_for("")).check()
        assert [request.method for request, _ in httpserver.log] == ["HEAD"]

    def test_a_key_is_needed(self):
        with pytest.raises(Misconfigured, match="api_key"):
            self.configured("http://127.0.0.1:9", api_key="")

    def test_without_any_sender_nothing_is_sent(self, httpserver):
        account = self.configured(httpserver.url_for(""), sender="")

        with pytest.raises(Misconfigured) as raised:
            account.send(payload())

        assert raised.value.code == "no_sender"
        assert httpserver.log == []


# --- What MMG tells us ---

RECEIPT = json.loads((FIXTURES / "receipt.json").read_text())
TEXT = json.loads((FIXTURES / "text.json").read_text())


def adapter(**values: Any) -> Mmg:
    given = {"api_key": SECRET, "sender": "GovBC", **values}
    return Mmg(Mmg.config_class.from_values(given))


def call(told: Any, *, proven: bool = False, password: str = "") -> Hook:
    return Hook("https://x/y", {}, json.dumps(told).encode(), proven, password)


def receipt_of(**changes: Any) -> Receipt:
    (found,) = adapter().read_hook(call({**RECEIPT, **changes})).receipts
    return found


@pytest.mark.parametrize(
    ("status", "substatus", "word", "detail"),
    [
        ("2", "1", Word.PERM_FAILED, "Number does not exist"),
        ("2", "4", Word.PERM_FAILED, "Rejected by operator"),
        ("2", "11", Word.PERM_FAILED, "Service for Subscriber suspended"),
        ("2", "2052", Word.PERM_FAILED, "Destination number blacklisted"),
        ("3", "2", Word.DELIVERED, "Delivered to operator"),
        ("3", "5", Word.DELIVERED, "Delivered to handset"),
        ("4", "6", Word.TEMP_FAILED, "Absent Subscriber"),
        ("4", "15", Word.TEMP_FAILED, "Expired"),
        ("4", "32", Word.TEMP_FAILED, "Delivery Failure"),
        ("5", "23", Word.PERM_FAILED, "Duplicate message id"),
        ("5", "24", Word.PERM_FAILED, "Message formatted incorrectly"),
        ("5", "25", Word.PERM_FAILED, "Message too long"),
        ("4", "99", Word.TEMP_FAILED, ""),
        ("3", None, Word.DELIVERED, ""),
    ],
)
def test_the_table_of_codes(status, substatus, word, detail):
    found = receipt_of(status=status, substatus=substatus)

    assert (found.word, found.detail, found.unlisted) == (word, detail, False)
    assert (found.message_id, found.provider_ref) == (MESSAGE_ID, "12345678")
    assert found.repeated is ((status, substatus) == ("5", "23"))


def test_a_status_of_tomorrow_changes_nothing():
    assert (receipt_of(status="9").word, receipt_of(status=9).unlisted) == (
        Word.SENT,
        True,
    )


@pytest.mark.parametrize("missing", ["CID", "status"])
def test_a_receipt_without_its_fields_is_refused(missing):
    with pytest.raises(Unreadable, match=missing):
        receipt_of(**{missing: None})


def test_a_text_that_comes_in_is_unescaped():
    (text,) = adapter().read_hook(call(TEXT)).texts

    assert (text.number, text.sender, text.provider_ref) == (
        "447537400000",
        "447700900123",
        "SMS-1",
    )
    assert text.text == "Stop it & call me, caf\u00e9 \U0001f600"


def test_a_password_or_the_address_is_the_proof():
    known = adapter(inbound_auth='["one", "two"]')

    known.verify_hook(call(RECEIPT, password="two"))
    known.verify_hook(call(RECEIPT, proven=True))
    for unproven in (call(RECEIPT), call(RECEIPT, password="three")):
        with pytest.raises(Forged):
            known.verify_hook(unproven)
    with pytest.raises(Forged):
        adapter().verify_hook(call(RECEIPT))
