"""A person is told by address in any spelling, and nobody else is taken for them."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_project.errors import Invalid
from recipients import erasing, groups, suppression
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory(phone_region="CA")


@pytest.mark.parametrize(
    "text",
    [
        "jane.doe@example.org",
        "Jane.Doe@Example.ORG",
        "Write to <jane.doe@example.org>.",
        "?to=jane.doe%40example.org&x=1",
        "a@example.org,jane.doe@example.org",
    ],
)
def test_a_mail_address_is_told_in_any_spelling(tenant, text):
    assert erasing.person(tenant, " jane.doe@example.org ").is_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "mary.jane.doe@example.org",
        "jane.doe@example.organic",
        "jane.doe@example.org.uk",
        "jane.doe@example",
        "jane+doe@example.org",
        "",
    ],
)
def test_nobody_else_is_taken_for_them(tenant, text):
    assert not erasing.person(tenant, "jane.doe@example.org").is_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "+17785550199",
        "17785550199",
        "778-555-0199",
        "(778) 555 0199",
        "+1 778.555.0199",
        "call 7785550199 now",
    ],
)
@pytest.mark.parametrize("given", ["+17785550199", "(778) 555-0199"])
def test_a_number_is_told_in_any_spelling(tenant, given, text):
    assert erasing.person(tenant, given).is_in(text)


@pytest.mark.parametrize("text", ["27785550199", "77855501990", "778555019", "2026"])
def test_a_longer_or_shorter_number_is_another(tenant, text):
    assert not erasing.person(tenant, "+17785550199").is_in(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_was_taken_out_is_not_there_any_more(before, after):
    who = erasing.Person(uuid4(), frozenset(), _pattern())
    text = f"{before} jane@example.org {after}"

    assert who.is_in(text)
    assert not who.is_in(who.without(text))


def _pattern() -> re.Pattern[str]:
    return re.compile(erasing._spelling("jane@example.org"), re.IGNORECASE)


def test_json_is_looked_through_keys_and_all(tenant):
    who = erasing.person(tenant, "jane@example.org")
    value = {"a": [{"jane@example.org": 1}, "x", None, 3], "b": "to jane@example.org"}

    assert who.is_in(value)
    assert who.without(value) == {
        "a": [{"erased": 1}, "x", None, 3],
        "b": "to erased",
    }
    assert who.is_in(b"\xff jane@example.org")


@pytest.mark.parametrize("text", ["", "jane", "general-chat", "@example.org"])
def test_what_is_no_address_is_refused(tenant, text):
    with pytest.raises(Invalid):
        erasing.person(tenant, text)


def test_who_must_not_be_written_to_stays_so_without_their_address(tenant):
    row, _is_new = suppression.suppress(
        tenant,
        channel_code="email",
        address="jane@example.org",
        reason="complained",
        note="Jane rang us",
    )

    found = erasing.forget(erasing.person(tenant, "jane@example.org"))

    assert found["suppressed"] == 1
    row.refresh_from_db()
    assert (row.address, row.note) == (None, "")
    key = bytes(row.address_hash)
    assert suppression.standing([key]) == {("email", key): {"complained"}}


def test_they_leave_all_groups_of_the_tenant_and_of_no_other(tenant):
    other = TenantFactory()
    for owner in (tenant, other):
        groups.create(
            owner,
            name="Approvers",
            channel_code="email",
            addresses=["Jane@example.org", "fred@example.org"],
        )

    found = erasing.forget(erasing.person(tenant, "jane@example.org"))

    assert found["members"] == 1
    sizes = [
        len(
            groups.Groups(one.id, ["Approvers"], channel_code="email")
            .get("Approvers", field="to")
            .addresses
        )
        for one in (tenant, other)
    ]
    assert sizes == [1, 2]
