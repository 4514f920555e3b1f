"""The table of roles, read aloud."""

from __future__ import annotations

import pytest

from tenants.roles import ACTIONS, may, permissions


@pytest.mark.parametrize(
    ("role", "app", "model", "actions"),
    [
        ("admin", "tenants", "membership", "view add change delete"),
        ("admin", "tenants", "apikey", "view add change"),
        ("admin", "tenants", "tenant", "view change"),
        ("admin", "tenants", "jwtissuer", "view"),
        ("admin", "tenants", "auditentry", "view"),
        ("admin", "delivery", "message", "view"),
        ("admin", "providers", "account", "view add change delete"),
        ("designer", "templates_app", "template", "view add change delete"),
        ("designer", "providers", "account", "view"),
        ("designer", "tenants", "apikey", ""),
        ("designer", "tenants", "membership", ""),
        ("support", "templates_app", "template", "view"),
        ("support", "delivery", "notification", "view"),
        ("support", "providers", "account", ""),
        ("support", "tenants", "membership", ""),
    ],
)
def test_each_role_may_do_what_its_work_needs(role, app, model, actions):
    assert [a for a in ACTIONS if may(role, app, model, a)] == actions.split()


@pytest.mark.parametrize("role", ["admin", "designer", "support", "stranger"])
@pytest.mark.parametrize(
    ("app", "model"),
    [("tenants", "user"), ("tenants", "notice"), ("auth", "group"), ("x", "y")],
)
def test_what_the_table_does_not_name_only_operators_do(role, app, model):
    assert not any(may(role, app, model, action) for action in ACTIONS)


def test_unknown_roles_and_actions_are_refused():
    assert not may("stranger", "tenants", "tenant", "view")
    assert not may("admin", "tenants", "tenant", "export")


def test_permissions_lists_the_same():
    assert ("tenants", "apikey", "add") in permissions("admin")
    assert ("delivery", "*", "view") in permissions("support")
    assert all(may(r, a, m, x) for r in ("admin",) for a, m, x in permissions(r))
