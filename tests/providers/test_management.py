"""`manage.py register_directory_tenant`, as an operator types it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenants.models import Tenant
from tests.providers.directories.test_cstar import GROUPS, TENANT
from tests.providers.test_registering import Directory, directory, roles

pytestmark = pytest.mark.django_db
__all__ = ["directory"]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("register_directory_tenant", TENANT, *arguments, stdout=out)
    return out.getvalue()


def test_a_tenant_is_registered_with_its_groups_and_links(directory: Directory):
    told = run(
        *("--name", "Roads", "--admin-group", GROUPS[0]),
        *("--designer-group", GROUPS[1], "--link", "forms=https://forms.example.org"),
    )

    tenant = Tenant.objects.get()
    assert "roads" in told
    assert tenant.role_groups == {"admin": [GROUPS[0]], "designer": [GROUPS[1]]}
    assert tenant.links == {"forms": "https://forms.example.org"}
    assert roles(tenant)["ann@gov.bc.ca"] == "admin"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--name", "Roads"),
        ("--name", "Roads", "--admin-group", "no-uuid"),
        ("--name", "Roads", "--admin-group", GROUPS[0], "--link", "forms"),
    ],
)
def test_what_cannot_be_is_told_and_makes_nothing(
    directory: Directory, arguments: tuple[str, ...]
):
    with pytest.raises(CommandError):
        run(*arguments)

    assert not Tenant.objects.exists()
