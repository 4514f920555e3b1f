"""A call of a provider, as its adapter reads it."""

from __future__ import annotations

import pytest

from providers.hooks import Hook, Unreadable, as_uuid, is_listed, required

URL = "https://notify.example.org/notifications/sms/pigeon?message=1&empty="


def test_fields_of_address_and_form_are_read():
    hook = Hook(URL, body=b"status=0&text=caf%C3%A9+au+lait&code=")

    assert hook.query() == {"message": "1", "empty": ""}
    assert hook.form() == {"status": "0", "text": "café au lait", "code": ""}


@pytest.mark.parametrize(
    "body", [b"\xff\xfe=1", b"&".join(b"a%d=1" % number for number in range(501))]
)
def test_a_form_that_nobody_sends_is_refused(body):
    with pytest.raises(Unreadable):
        Hook(URL, body=body).form()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(Unreadable):
        Hook(URL, body=body).json()


def test_a_field_that_has_to_be_there_is_named():
    assert required({"a": 1, "b": "2"}, "a", "b") == ("1", "2")
    with pytest.raises(Unreadable, match="status is missing"):
        required({"CID": "1", "status": ""}, "CID", "status")


@pytest.mark.parametrize("listed", ['["first", "second"]', "first, second", "second"])
def test_one_of_several_passwords_is_enough(listed):
    assert is_listed("second", listed)
    assert not is_listed("third", listed)
    assert not is_listed("", listed)


def test_nothing_opens_where_no_password_is_listed():
    assert not is_listed("", "")
    assert not is_listed("", "[]")


def test_only_an_id_is_an_id():
    assert as_uuid("01a1fd83-ae85-77db-88e3-3f092df0b8c3") is not None
    assert as_uuid("CID-1") is None
