"""Where providers call: who is let in, what is stored, what is answered."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from delivery.models import Incoming
from providers import doors
from providers.models import Account
from tenants import throttling
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
MMG = {"api_key": "k", "sender": "Notify", "inbound_auth": "first-pass, second-pass"}
PLAIN = "/notifications/sms/mmg"
RECEIPT = {
    "CID": str(uuid4()),
    "status": "3",
    "substatus": "5",
    "deliverytime": "2026-11-21 10:00:00",
    "MSISDN": "447700900123",
    "reference": "ref-1",
}


@pytest.fixture
def account() -> Account:
    made = account_of(TenantFactory(), "sms.mmg", config=MMG)
    made.tenant = None
    made.save()
    return made


def post(path: str, body: Any, *, password: str = "", **headers: str) -> Any:
    if password:
        pair = base64.b64encode(f"anybody:{password}".encode()).decode()
        headers["authorization"] = f"Basic {pair}"
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(
        path, text, content_type="application/json", headers=headers or None
    )


def path_of(account: Account) -> str:
    return doors.address(account).removeprefix("http://testserver")


def stored() -> int:
    return Incoming.objects.count()


@pytest.mark.parametrize("password", ["first-pass", "second-pass"])
def test_the_system_accounts_address_takes_each_of_its_passwords(account, password):
    answer = post(PLAIN, RECEIPT, password=password)

    assert (answer.status_code, answer.json()) == (200, {"result": "success"})
    row = Incoming.objects.get()
    assert (row.account, str(row.echoed_id)) == (account, RECEIPT["CID"])
    assert row.provider_ref == "ref-1"


@pytest.mark.parametrize("password", ["", "third", "first-pass, second-pass"])
def test_nobody_else_is_let_in_and_nothing_is_stored(account, password):
    answer = post(PLAIN, RECEIPT, password=password)

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert stored() == 0


def test_an_account_has_an_address_of_its_own(account):
    answer = post(path_of(account), RECEIPT)

    assert answer.status_code == 200
    assert stored() == 1


def test_its_token_is_taken_as_a_password_too(account):
    token = path_of(account).rpartition("/")[2]

    assert post(PLAIN, RECEIPT, password=token).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path[:-1] + ("A" if path[-1] != "A" else "B"),
        lambda path: path.rpartition("/")[0],
        lambda path: path.replace("/mmg/", "/firetext/"),
        lambda path: path.replace("/sms/", "/email/"),
    ],
)
def test_an_address_that_is_not_whole_lets_nobody_in(account, change):
    answer = post(change(path_of(account)), RECEIPT)

    assert answer.status_code == 401
    assert stored() == 0


def test_what_is_refused_reads_alike_whatever_is_wrong(account):
    paths = [PLAIN, f"{PLAIN}/{uuid4()}/x", "/notifications/sms/nobody", PLAIN + "x"]
    answers = [post(one, RECEIPT, **{"X-Correlation-Id": "same"}) for one in paths]

    assert len({one.content for one in answers}) == 1
    assert {one.status_code for one in answers} == {401}


def test_a_renewed_address_opens_beside_the_last_one(account):
    before = path_of(account)
    doors.renew(account)

    assert before != path_of(account)
    for path in (before, path_of(account)):
        assert post(path, RECEIPT).status_code == 200


def test_calls_from_elsewhere_are_refused_where_networks_are_listed(account):
    account.receipt_networks = ["198.51.100.0/24"]
    account.save()

    assert post(path_of(account), RECEIPT).status_code == 401
    account.receipt_networks = ["127.0.0.0/8"]
    account.save()
    assert post(path_of(account), RECEIPT).status_code == 200


def test_receipts_of_an_account_that_is_off_are_taken(account):
    account.active = False
    account.save()

    assert post(path_of(account), RECEIPT).status_code == 200


@pytest.mark.parametrize(
    "body", [b"{", b"[]", {"CID": "1"}, {"status": "3"}, b"\x00" * 10]
)
def test_what_is_no_receipt_is_400_and_not_stored(account, body):
    answer = post(path_of(account), body)

    assert answer.status_code == 400
    assert stored() == 0


def test_a_body_of_more_than_a_megabyte_is_refused(account):
    answer = post(path_of(account), b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413


def test_no_address_takes_anything_but_post(account):
    path = path_of(account)

    assert Client().get(path).status_code == 405
    assert Client().put(path).status_code == 405
    assert Client().head(path).status_code == 200


def test_an_account_takes_so_many_a_minute(account, settings):
    settings.RECEIPTS_PER_MINUTE = 2
    throttling.forget_counts()

    codes = [post(path_of(account), RECEIPT).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_a_host_header_changes_nothing_of_what_is_proven(account, settings):
    settings.ALLOWED_HOSTS = ["*"]

    assert post(path_of(account), RECEIPT, host="evil.example").status_code == 200
    assert post(PLAIN, RECEIPT, host="evil.example").status_code == 401


def test_what_was_said_is_sealed(account):
    post(path_of(account), RECEIPT)
    [raw] = _raw()

    assert b"447700900123" not in raw
    assert b"mmg_3_5" not in raw


def _raw() -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM delivery_incoming")
        return [bytes(one[0]) for one in cursor.fetchall()]
