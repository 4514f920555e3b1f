"""`manage.py import_designs`: looks first, takes over only when told to."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from events.bundles import carrying, file
from events.models import EventType
from recipients import groups
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
TO_BOSS = {"recipients": {"to": [{"group": "Boss"}]}}


def ready(**values: str) -> Tenant:
    """Has the group that is written to."""
    tenant = tenant_with_mail(**values)
    groups.create(
        tenant, name="Boss", channel_code="email", addresses=["b@example.org"]
    )
    return tenant


@pytest.fixture
def designs(tmp_path: Path) -> str:
    tenant = ready()
    published(tenant, "AppRec", mail_design(values=TO_BOSS))
    path = tmp_path / "designs.json"
    path.write_text(file.written(carrying.of(tenant)))
    return str(path)


@pytest.fixture
def parks() -> Tenant:
    return ready(slug="parks")


def run(*words: str) -> str:
    out = StringIO()
    call_command("import_designs", *words, stdout=out)
    return out.getvalue()


def test_it_shows_what_would_be_made_and_makes_nothing(parks: Tenant, designs: str):
    told = run("parks", designs)

    assert "eventTypes AppRec: new" in told
    assert not EventType.for_tenant(parks).exists()


def test_told_to_it_makes_it_and_the_audit_knows(parks: Tenant, designs: str):
    told = run("parks", designs, "--apply")

    assert "Done: 1" in told
    assert EventType.for_tenant(parks).get().published is not None
    assert AuditEntry.for_tenant(parks).get().actor_kind == "system"
    assert "Nothing differs." in run("parks", designs)


def test_what_is_wrong_is_told_line_by_line(designs: str):
    TenantFactory(slug="bare")

    with pytest.raises(CommandError, match="AppRec: "):
        run("bare", designs, "--apply")


def test_what_is_wrong_is_told_before_anything_is_applied(designs: str):
    TenantFactory(slug="bare")
    out = StringIO()

    with pytest.raises(CommandError, match="AppRec: .*there is no group 'Boss'"):
        call_command("import_designs", "bare", designs, stdout=out)

    assert "eventTypes AppRec: new" in out.getvalue()


def test_a_file_that_is_not_there_is_told(parks: Tenant):
    with pytest.raises(CommandError, match="cannot be read"):
        run("parks", "/no/such/file.json")


def test_an_unknown_tenant_is_told(designs: str):
    with pytest.raises(CommandError, match="no such tenant"):
        run("nobody", designs)
