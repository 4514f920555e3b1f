"""FireText on a loopback server, which answers as its documented fields have it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from providers.base import Receipt, Word
from providers.errors import Misconfigured, Permanent, Temporary
from providers.hooks import Forged, Hook, Unreadable
from providers.sms.firetext import Firetext
from tests.providers.sms.texts import MESSAGE_ID, SECRET, Alike, payload

FIXTURES = Path(__file__).parent.parent / "fixtures" / "firetext"
ACCEPTED: dict[str, Any] = json.loads((FIXTURES / "accepted.json").read_text())
NO_CREDIT: dict[str, Any] = json.loads((FIXTURES / "no_credit.json").read_text())
CREDIT = "/api/credit/json"


def form_of(httpserver) -> dict[str, list[str]]:
    return parse_qs(httpserver.log[-1][0].get_data(as_text=True))


class TestFiretext(Alike):
    provider = Firetext
    values = {"api_key": SECRET, "sender": "GovBC"}
    path = "/api/sendsms/json"

    def test_a_text_is_one_form_post(self, httpserver):
        httpserver.expect_request(self.path, method="POST").respond_with_json(
            ACCEPTED, headers={"X-Message": "ft-99"}
        )

        accepted = self.configured(httpserver.url_for("")).send(
            payload(text="It's 5 € & more\n😀")
        )

        assert accepted.provider_ref == "ft-99"
        request = httpserver.log[0][0]
        assert request.content_type == "application/x-www-form-urlencoded"
        assert form_of(httpserver) == {
            "apiKey": [SECRET],
            "from": ["GovBC"],
            "to": ["447900900123"],
            "message": ["It's 5 € & more\n😀"],
            "reference": [str(MESSAGE_ID)],
        }

    def test_receipts_go_where_the_account_says(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json(ACCEPTED)
        url = "https://notify.example.org/notifications/sms/firetext"

        self.configured(httpserver.url_for(""), receipt_url=url).send(payload())

        assert form_of(httpserver)["receipt"] == [url]

    @pytest.mark.parametrize(
        ("number", "key"),
        [
            ("+447900900123", SECRET),
            ("+17787001234", "abroad"),
            ("+33612345678", "abroad"),
        ],
    )
    def test_numbers_abroad_go_by_the_key_for_abroad(self, httpserver, number, key):
        httpserver.expect_request(self.path).respond_with_json(ACCEPTED)
        account = self.configured(
            httpserver.url_for(""), international_api_key="abroad"
        )

        account.send(payload(to=number))

        assert form_of(httpserver)["apiKey"] == [key]

    @pytest.mark.parametrize(
        ("more", "number", "reached"),
        [
            ({}, "+447900900123", True),
            ({}, "+17787001234", False),
            ({"international_api_key": "abroad"}, "+17787001234", True),
        ],
    )
    def test_it_reaches_numbers_abroad_with_a_key_for_them(self, more, number, reached):
        goes = Firetext.reach(Firetext.config_class.from_values(self.values | more))

        assert goes.covers(number) is reached
        assert reached or str(goes.why)

    def test_without_a_key_for_abroad_nothing_is_sent_there(self, httpserver):
        with pytest.raises(Misconfigured) as raised:
            self.configured(httpserver.url_for("")).send(payload(to="+17787001234"))

        assert raised.value.code == "no_international_key"
        assert httpserver.log == []

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            (1, Misconfigured),
            (2, Permanent),
            (3, Misconfigured),
            (5, Permanent),
            (7, Misconfigured),
            (8, Misconfigured),
            (9, Misconfigured),
            (12, Permanent),
            (99, Permanent),
        ],
    )
    def test_each_code_means_what_firetext_documents(self, httpserver, code, error):
        httpserver.expect_request(self.path).respond_with_json(
            NO_CREDIT | {"code": code}
        )

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error
        assert raised.value.code == f"firetext_{code}"

    def test_check_asks_for_the_credit_with_both_keys(self, httpserver):
        httpserver.expect_request(CREDIT, method="POST").respond_with_json(ACCEPTED)
        account = self.configured(
            httpserver.url_for(""), international_api_key="abroad"
        )

        assert account.check() == "FireText knows the API key."
        keys = [parse_qs(r.get_data(as_text=True))["apiKey"] for r, _ in httpserver.log]
        assert keys == [[SECRET], ["abroad"]]

    @pytest.mark.parametrize(
        ("status", "code", "error"),
        [(200, 1, Misconfigured), (503, 0, Temporary), (429, 0, Temporary)],
    )
    def test_check_names_what_is_wrong(self, httpserver, status, code, error):
        httpserver.expect_request(CREDIT).respond_with_json(
            NO_CREDIT | {"code": code}, status=status
        )

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).check()

    def test_check_of_another_server_is_no_success(self, httpserver):
        httpserver.expect_request(CREDIT).respond_with_data("<html>")

        with pytest.raises(Temporary):
            self.configured(httpserver.url_for("")).check()

    def test_without_any_sender_nothing_is_sent(self, httpserver):
        account = self.configured(httpserver.url_for(""), sender="")

        with pytest.raises(Misconfigured) as raised:
            account.send(payload())

        assert raised.value.code == "no_sender"
        assert httpserver.log == []


# --- What FireText tells us ---

RECEIPT = {
    "mobile": "447700900123",
    "status": "0",
    "code": "000",
    "time": "2016-03-10 14:17:00",
    "reference": str(MESSAGE_ID),
}
TEXT = {
    "source": "447700900123",
    "destination": "447537400000",
    "message": "Café & co",
    "time": "2016-03-10 14:17:00",
    "keyword": "",
}


def told(fields: dict[str, str], *, proven: bool = False, password: str = "") -> Hook:
    return Hook("https://x/y", {}, urlencode(fields).encode(), proven, password)


def adapter(**values: Any) -> Firetext:
    given = {"api_key": SECRET, "sender": "GovBC", **values}
    return Firetext(Firetext.config_class.from_values(given))


def receipt_of(**changes: str) -> Receipt:
    (found,) = adapter().read_hook(told({**RECEIPT, **changes})).receipts
    return found


@pytest.mark.parametrize(
    ("status", "code", "word", "detail"),
    [
        ("0", "", Word.DELIVERED, ""),
        ("0", "000", Word.DELIVERED, ""),
        ("2", "000", Word.SENT, ""),
        ("1", "", Word.PERM_FAILED, ""),
        ("1", "000", Word.TEMP_FAILED, "No error was reported"),
        ("1", "101", Word.PERM_FAILED, "Unknown Subscriber"),
        ("1", "102", Word.TEMP_FAILED, "Absent Subscriber"),
        ("1", "103", Word.TEMP_FAILED, "Subscriber Busy"),
        ("1", "104", Word.TEMP_FAILED, "No Subscriber Memory"),
        ("1", "201", Word.PERM_FAILED, "Invalid Number"),
        ("1", "301", Word.PERM_FAILED, "SMS Not Supported"),
        ("1", "302", Word.TEMP_FAILED, "SMS Not Supported"),
        ("1", "401", Word.PERM_FAILED, "Message Rejected"),
        ("1", "900", Word.TEMP_FAILED, "Routing Error"),
    ],
)
def test_the_table_of_codes(status, code, word, detail):
    found = receipt_of(status=status, code=code)

    assert (found.word, found.detail, found.unlisted) == (word, detail, False)
    assert found.message_id == MESSAGE_ID


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [("7", "", Word.SENT), ("1", "777", Word.TEMP_FAILED)],
)
def test_what_is_not_in_the_table_is_told_as_such(status, code, word):
    found = receipt_of(status=status, code=code)

    assert (found.word, found.unlisted) == (word, True)


@pytest.mark.parametrize("missing", ["reference", "status"])
def test_a_receipt_without_its_fields_is_refused(missing):
    with pytest.raises(Unreadable, match=missing):
        receipt_of(**{missing: ""})


def test_a_text_that_comes_in():
    (text,) = adapter().read_hook(told(TEXT)).texts

    assert (text.number, text.sender, text.text) == (
        "447537400000",
        "447700900123",
        "Café & co",
    )


def test_a_password_or_the_address_is_the_proof():
    known = adapter(inbound_auth="one")

    known.verify_hook(told(RECEIPT, password="one"))
    known.verify_hook(told(RECEIPT, proven=True))
    with pytest.raises(Forged):
        known.verify_hook(told(RECEIPT))
