"""A tenant to start with, from one command."""

# mypy: disable-error-code="union-attr"
# A None where there should be a caller fails the test by itself.

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notify_project.embedded.announcing import Demo
from providers.models import Sender
from tenants.models import ApiKey, AuditEntry, Membership, Tenant, User
from tenants.verifying import verify_key
from tests.tenants.factories import TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


def create(*arguments):
    out = StringIO()
    call_command("create_tenant", *arguments, stdout=out)
    return out.getvalue()


def shown(text, label):
    return re.findall(rf"^{label}: +(\S+)$", text, re.MULTILINE)[0]


def test_prints_a_key_that_works_and_a_password_that_logs_in(client):
    said = create("Parks", "--admin", "Alice@example.org")

    caller = verify_key(shown(said, "API key"), address="203.0.113.9")
    assert (caller.tenant.name, caller.tenant.slug) == ("Parks", "parks")
    assert caller.scopes == {"send", "read", "manage"}
    assert client.login(email="alice@example.org", password=shown(said, "Password"))


def test_the_administrator_belongs_to_the_tenant_and_is_no_operator():
    create("Parks", "--admin", "alice@example.org")

    membership = Membership.for_tenant(Tenant.objects.get()).get()
    assert (membership.role, membership.user.is_staff) == ("admin", True)
    assert not membership.user.is_superuser


@pytest.mark.parametrize(
    ("given", "channel", "stored"),
    [
        ("parks@gov.example", "email", "parks@gov.example"),
        ("604 555 0199", "sms", None),
    ],
)
def test_a_sender_is_verified_and_the_default(given, channel, stored):
    create("Parks", "--admin", "alice@example.org", "--sender", given)

    sender = Sender.for_tenant(Tenant.objects.get()).get()
    assert sender.channel == channel
    assert sender.address == (stored or "+16045550199")
    assert sender.is_default
    assert sender.verified_at is not None


def test_somebody_with_an_account_keeps_their_password(client):
    UserFactory(email="alice@example.org")

    said = create("Parks", "--admin", "alice@example.org")

    assert "Password:" not in said
    assert client.login(email="alice@example.org", password="correct horse")


ALICE = ("--admin", "alice@example.org")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("", *ALICE), '"" cannot be a tenant'),
        (("???", *ALICE), '"???" cannot be a tenant'),
        (("ONE", *ALICE), 'a tenant "The first" with the short name one already'),
        (("Parks", "--admin", "nobody"), "--admin nobody is not an e-mail address"),
        (("Parks", *ALICE, "--sender", "a@b@c"), "--sender a@b@c: "),
        (("Parks", *ALICE, "--sender", "12"), "--sender 12: "),
        (("Parks", *ALICE, "--sender", "nope"), "--sender nope is neither"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(arguments, told):
    TenantFactory(name="The first", slug="one")

    with pytest.raises(CommandError, match=re.escape(told)):
        create(*arguments)

    assert not User.objects.exists()
    assert not ApiKey.objects.exists()
    assert Tenant.objects.count() == 1


def test_the_log_in_is_where_the_folder_was_started(settings, tmp_path):
    settings.EMBEDDED, settings.VAR_DIR = True, tmp_path
    settings.PUBLIC_URL = "http://localhost:8000"
    assert "Log-in:   http://localhost:8000/admin/" in create("Parks", *ALICE)
    demo = dict.fromkeys(Demo.__slots__, "")
    demo["admin_url"] = "http://localhost:8123/admin/"
    (tmp_path / "demo.json").write_text(json.dumps(demo))

    assert "Log-in:   http://localhost:8123/admin/" in create("Roads", *ALICE)


def test_elsewhere_the_log_in_is_at_the_public_address(settings, tmp_path):
    settings.EMBEDDED, settings.VAR_DIR = False, tmp_path
    settings.PUBLIC_URL = "https://notify.example.org"
    (tmp_path / "demo.json").write_text("{}")

    assert "Log-in:   https://notify.example.org/admin/" in create("Parks", *ALICE)


def test_it_is_written_down_who_came_and_what_was_made():
    said = create("Parks", "--admin", "alice@example.org", "--sender", "p@gov.example")

    entries = AuditEntry.for_tenant(Tenant.objects.get())
    assert sorted(entry.object_type for entry in entries) == [
        "providers.sender",
        "tenants.apikey",
        "tenants.membership",
        "tenants.tenant",
    ]
    assert shown(said, "API key") not in str(list(entries.values()))
