"""Who uses a template is asked of those above (tests/events/test_watching.py)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from notify_project.db.ids import uuid7
from templates_app import uses
from templates_app.models import Template
from templates_app.uses import Use
from tests.templates_app import parts
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The names of the templates that a teller was asked for."""
    found: list[list[str]] = []

    def tell(templates: Sequence[Template]) -> tuple[list[Use], int]:
        found.append([one.name for one in templates])
        return [Use(uuid7(), "PermitIssued", "admin:index")], 2

    monkeypatch.setattr(uses, "_tellers", [tell, tell])
    return found


def test_what_all_tell_is_added_up(asked: list[list[str]]):
    template = parts.template(TenantFactory(), "T", "x")

    found = uses.of(template)

    assert [one.name for one in found.event_types] == ["PermitIssued"] * 2
    assert found.scheduled == 4
    assert asked == [["T"], ["T"]]


def test_of_a_part_the_templates_made_with_it_are_asked_for(asked: list[list[str]]):
    tenant = TenantFactory()
    footer = parts.partial(tenant, "footer", "Yours")
    parts.template(tenant, "One", "x {{> footer}}")
    parts.template(tenant, "Two", "y {{> footer}}")

    found = uses.of(footer)

    assert [one.name for one in found.templates] == ["One", "Two"]
    assert asked == [["One", "Two"]] * 2


def test_of_a_part_that_nothing_uses_nobody_is_asked(asked: list[list[str]]):
    assert not uses.of(parts.partial(TenantFactory(), "footer", "Yours"))
    assert asked == []
