"""Partials are found with all that they call; a circle of calls is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from templates_app import partials
from templates_app.engines.base import PartialCall
from templates_app.errors import RenderLimit
from templates_app.partials import Piece
from tenants.models import Tenant
from tests.templates_app.parts import layout, partial, template
from tests.tenants.factories import TenantFactory


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def piece(name: str, body: str) -> Piece:
    return Piece(uuid4(), name, 1, body, "")


@pytest.mark.django_db
def test_a_partial_brings_those_that_it_calls(
    tenant: Tenant, django_assert_num_queries: Any
):
    partial(tenant, "office", "Victoria")
    partial(tenant, "footer", "{{> office}}")
    partial(tenant, "other", "x")

    with django_assert_num_queries(2):
        found = partials.found(tenant.id, "email", {"footer"})

    assert {name: one.body for name, one in found.items()} == {
        "footer": "{{> office}}",
        "office": "Victoria",
    }


@pytest.mark.django_db
def test_only_the_tenants_own_published_partials_of_the_channel(tenant: Tenant):
    partial(TenantFactory(), "theirs", "x")
    layout(tenant, "layout", "{{> content}}")
    template(tenant, "template", "x")
    partial(tenant, "mine", "x")

    names = {"theirs", "layout", "template", "mine"}

    assert partials.found(tenant.id, "email", names).keys() == {"mine"}
    assert partials.all_of(tenant.id, "email").keys() == {"mine"}
    assert partials.all_of(tenant.id, "sms") == {}


@pytest.mark.django_db
def test_a_template_calls_no_more_than_fifty(tenant: Tenant, monkeypatch: Any):
    monkeypatch.setattr(partials, "MOST", 2)
    for name in ("a", "b", "c"):
        partial(tenant, name, "x")

    with pytest.raises(RenderLimit):
        partials.found(tenant.id, "email", {"a", "b", "c"})


def test_the_content_of_a_layout_is_no_partial():
    sources = ["{{> head}} {{> content}} {{> foot}}", "{{> head}}"]

    assert partials.called("", sources) == ("head", "foot")
    assert partials.called("mustache", ["{{> a}}"]) == ("a",)
    assert partials.called("", ["{{> a", ""]) == ()


@pytest.mark.parametrize(
    ("source", "way"),
    [
        (["a"], ("a", "me")),
        (["c", "b"], ("b", "a", "me")),
        (["me"], ("me",)),
        (["c"], None),
        (["gone"], None),
        (["d"], None),
    ],
)
def test_the_way_back_to_itself_is_told(source: list[str], way: Any):
    pieces = {
        "a": piece("a", "{{> c}}{{> me}}"),
        "b": piece("b", "{{> a}}"),
        "c": piece("c", "x"),
        "d": piece("d", "{{> d}}"),
        "me": piece("me", "as it was"),
    }

    found = partials.circle("me", [PartialCall(one) for one in source], pieces)

    assert (found[1] if found else None) == way
