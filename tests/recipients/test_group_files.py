"""A file of members: what it would change, and what is wrong with it, line by line."""

from __future__ import annotations

import pytest

from notify_project.errors import Malformed
from providers.models import Service
from recipients import group_files, groups
from recipients.errors import InvalidGroup
from recipients.groups import KeptBy
from recipients.models import Group
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


def group_of(*addresses: str, channel: str = "email") -> Group:
    return groups.create(
        TenantFactory(phone_region="CA"),
        name="Approvers",
        channel_code=channel,
        addresses=addresses,
    )


def test_the_difference_names_who_comes_and_who_goes():
    group = group_of("ann@example.org", "Bob@example.org", "tom@example.org")

    found = group_files.compare(
        group, b"address\nann@example.org\nbob@example.org\nzoe@example.org\n"
    )

    assert found.added == ("zoe@example.org",)
    assert found.removed == ("tom@example.org",)
    assert found.changed == (("Bob@example.org", "bob@example.org"),)
    assert (found.same, found.problems) == (1, ())
    assert groups.addresses_of(group)[2] == "tom@example.org", "only looked at"


def test_applied_the_group_is_as_the_file():
    group = group_of("ann@example.org", "tom@example.org")
    found = group_files.compare(group, b"zoe@example.org\nann@example.org\n")

    group_files.apply(group, found)

    assert groups.addresses_of(group) == ["zoe@example.org", "ann@example.org"]
    assert group.name == "Approvers"


def test_what_was_saved_as_a_file_changes_nothing():
    group = group_of("+1 778 700 1234", "778-700-5678", channel="sms")

    found = group_files.compare(group, "".join(group_files.lines(group)).encode())

    assert found.is_empty
    assert (found.same, found.problems) == (2, ())


def test_a_line_that_is_wrong_is_told_by_its_number():
    found = group_files.compare(
        group_of(), b"ann@example.org\nnobody\nANN@example.org\n"
    )

    assert [one.line for one in found.problems] == [2, 3]
    assert "line 1" in found.problems[1].message


def test_more_members_than_a_group_has_are_refused():
    data = "\n".join(f"p{number}@example.org" for number in range(groups.MEMBERS + 1))

    with pytest.raises(Malformed, match="1000 rows"):
        group_files.compare(group_of(), data.encode())


def test_a_group_of_a_directory_has_no_members_to_change():
    group = group_of()
    service = Service(tenant=group.tenant, name="CSTAR", provider="directories.cstar")
    service.save()
    groups.change(group, name="Approvers", kept_by=KeptBy(service, "42"))

    with pytest.raises(InvalidGroup, match="directory"):
        group_files.compare(group, b"ann@example.org")
