"""The admin's pages of groups, used as a browser would."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from providers.models import Service
from recipients import groups
from recipients.models import Group
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db
ADD = "admin:recipients_group_add"
LIST = "/admin/recipients/group/"


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def group(tenant) -> Group:
    return groups.create(
        tenant, name="Approvers", channel_code="email", addresses=["fred@gov.bc.ca"]
    )


def someone(tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(group: Group, name: str = "change") -> str:
    return reverse(f"admin:recipients_group_{name}", args=[group.pk])


def test_a_group_is_made_for_a_channel_with_its_members(tenant):
    client = someone(tenant)
    members = " 7787001234\n\n+1 778 700 1235\n"

    assert "?channel=sms" in client.get(reverse(ADD)).content.decode()
    assert client.get(reverse(ADD), {"channel": "pigeon"}).status_code == 404
    answer = client.post(
        f"{reverse(ADD)}?channel=sms", {"name": "On call", "members": members}
    )

    assert answer.status_code == 302
    made = Group.for_tenant(tenant).get()
    assert (made.name, made.channel) == ("On call", "sms")
    assert groups.addresses_of(made) == ["7787001234", "+1 778 700 1235"]


def test_members_are_changed_and_the_audit_tells_how_many(tenant, group):
    client = someone(tenant)

    form = client.get(page(group)).content.decode()
    client.post(
        page(group), {"name": "Approvers", "members": "joan@gov.bc.ca\ntom@gov.bc.ca"}
    )

    assert "fred@gov.bc.ca" in form
    assert groups.addresses_of(group) == ["joan@gov.bc.ca", "tom@gov.bc.ca"]
    entry = AuditEntry.for_tenant(tenant).get()
    assert entry.changes["members"] == {"before": 1, "after": 2}
    assert "joan" not in str(entry.changes)


def test_a_member_that_cannot_be_is_told_beside_the_field(tenant, group):
    client = someone(tenant)

    answer = client.post(page(group), {"name": "Approvers", "members": "x"})

    assert answer.status_code == 200
    told = "Members, 1st: This is not an e-mail address"
    assert told in answer.content.decode()
    assert groups.addresses_of(group) == ["fred@gov.bc.ca"]


def test_a_name_that_is_taken_is_told_in_words(tenant, group):
    answer = someone(tenant).post(
        f"{reverse(ADD)}?channel=email", {"name": "approvers"}
    )

    assert "A group of this name exists already" in answer.content.decode()


def test_one_that_is_used_stays_and_says_where(tenant, group):
    to = [{"group": "Approvers"}]
    published(tenant, "decided", mail_design(values={"recipients": {"to": to}}))

    answer = someone(tenant).post(page(group, "delete"), {"post": "yes"}, follow=True)

    assert "decided v1" in answer.content.decode()
    assert Group.for_tenant(tenant).exists()


def test_a_free_one_goes(tenant, group):
    someone(tenant).post(page(group, "delete"), {"post": "yes"})

    assert not Group.for_tenant(tenant).exists()


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_and_touch_nothing(tenant, group, role):
    client = someone(tenant, role)

    assert "fred@gov.bc.ca" in client.get(page(group)).content.decode()
    assert client.post(page(group), {"name": "X", "members": ""}).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403


def test_a_group_is_left_to_a_directory_and_taken_back(tenant, group):
    client = someone(tenant)
    directory = Service(
        tenant=tenant,
        name="People",
        provider="directories.http",
        config={"url": "https://127.0.0.1/people"},
    )
    directory.save()
    given = {"name": "Approvers", "members": "", "directory": str(directory.pk)}

    missing = client.post(page(group), given)
    client.post(page(group), {**given, "directory_group": "b-1"})

    assert "Give the directory&#x27;s id" in missing.content.decode()
    group.refresh_from_db()
    assert (group.directory, group.directory_group) == (directory, "b-1")
    assert groups.addresses_of(group) == []
    assert "People" in client.get(LIST).content.decode()

    client.post(page(group), {"name": "Approvers", "members": "tom@gov.bc.ca"})

    group.refresh_from_db()
    assert (group.directory, groups.addresses_of(group)) == (None, ["tom@gov.bc.ca"])


def test_no_directory_of_another_tenant_is_offered(tenant, group):
    theirs = Service(
        tenant=TenantFactory(), name="Theirs", provider="directories.http", config={}
    )
    theirs.save()
    client = someone(tenant)
    given = {"name": "Approvers", "members": "", "directory_group": "b-1"}

    shown = client.get(page(group)).content.decode()
    refused = client.post(page(group), {**given, "directory": str(theirs.pk)})

    assert "Theirs" not in shown
    assert refused.status_code == 200
    group.refresh_from_db()
    assert group.directory is None


def test_a_text_messages_group_has_no_directory(tenant):
    shown = someone(tenant).get(reverse(ADD), {"channel": "sms"}).content.decode()

    assert "directory_group" not in shown
