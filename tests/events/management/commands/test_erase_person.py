"""`manage.py erase_person`, as an operator runs it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from delivery.models import Recipient
from tenants.models import AuditEntry
from tests.delivery.accepted import accepted, email_plan, end
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
JANE = "jane@example.org"


def run(*words: str, reason: str = "Asked.") -> str:
    out = StringIO()
    call_command("erase_person", *words, reason=reason, stdout=out)
    return out.getvalue()


def test_a_person_is_erased_and_the_command_says_so():
    tenant = TenantFactory(slug="parks")
    end(accepted(tenant))

    told = run("parks", JANE)

    assert Recipient.for_tenant(tenant).get().address == "erased"
    assert "Erased, notifications: 1" in told
    assert "Done" in told
    assert JANE not in told
    entry = AuditEntry.for_tenant(tenant).get()
    assert (entry.actor_kind, entry.action) == ("system", "erasure asked")


def test_the_address_may_come_from_standard_input(monkeypatch):
    tenant = TenantFactory()
    end(accepted(tenant))
    monkeypatch.setattr("sys.stdin", StringIO(f"{JANE}\n"))

    run(str(tenant.id), "-")

    assert Recipient.for_tenant(tenant).get().address == "erased"


def test_what_is_on_its_way_is_said():
    tenant = TenantFactory(slug="parks")
    accepted(tenant, email_plan(to=(JANE, "fred@example.org")))

    told = run("parks", JANE)

    assert "1 notifications are on their way" in told
    assert "Begun" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody", JANE), "no such tenant"),
        (("parks", "jane"), "e-mail address or a phone number"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words, sentence):
    TenantFactory(slug="parks")

    with pytest.raises(CommandError, match=sentence):
        run(*words)
