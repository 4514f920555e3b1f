"""A tenant's rows are reached through the tenant, and never point to another's."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from providers.models import Account
from templates_app.models import Template, TemplateVersion
from tenants.errors import CrossTenantReference
from tenants.models import ApiKey, AuditEntry, Membership
from tenants.scoping import Scoped, TenantOrSystem, scoped_foreign_keys
from tests.tenants.factories import ApiKeyFactory, MembershipFactory, TenantFactory

BETWEEN_TENANTS = [
    (model, field.name)
    for model in apps.get_models()
    if issubclass(model, Scoped)
    for field in scoped_foreign_keys(model)
]


def _target(model: Any, name: str) -> Any:
    return model._meta.get_field(name).related_model


def template(tenant, name="welcome"):
    made = Template(tenant=tenant, name=name, channel="email")
    made.save()
    return made


@pytest.mark.django_db
def test_for_tenant_gives_that_tenants_rows_only():
    one, two = ApiKeyFactory(), ApiKeyFactory()

    assert list(ApiKey.for_tenant(one.tenant)) == [one]
    assert list(ApiKey.for_tenant(two.tenant.pk)) == [two]
    assert set(ApiKey.across_tenants()) == {one, two}


@pytest.mark.django_db
def test_what_the_system_owns_is_offered_to_all_and_is_nobodys_own():
    one, two = TenantFactory(), TenantFactory()
    own, theirs, systems = (
        Account(tenant=owner, channel="sms", provider="sms.sandbox", name="a")
        for owner in (one, two, None)
    )
    for account in (own, theirs, systems):
        account.save()

    assert list(Account.for_tenant(one)) == [own]
    made = Account.offered_to(one).filter(name="a")
    assert set(made) == {own, systems}
    assert list(Account.of_system().filter(name="a")) == [systems]


@pytest.mark.django_db
def test_without_a_tenant_there_is_nothing_to_ask():
    nobody: Any = None

    with pytest.raises(TypeError):
        ApiKey.for_tenant(nobody)
    with pytest.raises(TypeError):
        ApiKey.for_tenant(TenantFactory._meta.model(pk=None))
    with pytest.raises(TypeError):
        AuditEntry.offered_to(nobody)


@pytest.mark.parametrize(("model", "name"), BETWEEN_TENANTS)
def test_no_row_can_point_to_another_tenants(model, name):
    """Every foreign key between tenants' rows, also those of apps to come."""
    one, two = TenantFactory.build(), TenantFactory.build()
    row = model(tenant=one, **{name: _target(model, name)(tenant=two)})

    with pytest.raises(CrossTenantReference) as caught:
        row.save()

    assert caught.value.errors[0].field == name
    assert str(two.pk) not in caught.value.message


@pytest.mark.parametrize(
    ("model", "name"),
    [pair for pair in BETWEEN_TENANTS if issubclass(_target(*pair), TenantOrSystem)],
)
def test_every_row_may_point_to_the_systems(model, name):
    systems = _target(model, name)(tenant=None)

    model(tenant=TenantFactory.build(), **{name: systems}).refuse_rows_of_others()


@pytest.mark.django_db
def test_an_id_alone_does_not_get_around_the_check():
    one, two = TenantFactory(), TenantFactory()
    theirs = template(two)

    with pytest.raises(CrossTenantReference):
        TemplateVersion(tenant=one, template_id=theirs.pk, number=1, body="x").save()

    assert not TemplateVersion.for_tenant(one).exists()


@pytest.mark.django_db
def test_moving_a_row_is_refused_even_by_update_fields():
    one, two = TenantFactory(), TenantFactory()
    version = TemplateVersion(tenant=one, template=template(one), number=1, body="x")
    version.save()

    version.template = template(two)

    with pytest.raises(CrossTenantReference):
        version.save(update_fields=["template"])
    with pytest.raises(CrossTenantReference):
        version.save(update_fields=["template_id"])
    version.save(update_fields=["body"])


@pytest.mark.django_db
def test_the_check_costs_one_query_for_a_key_that_is_not_loaded(
    django_assert_num_queries,
):
    one = TenantFactory()
    own = template(one)

    with django_assert_num_queries(1):
        TemplateVersion(tenant=one, template=own, number=2).save(force_insert=True)
    own.versions.all().delete()
    with django_assert_num_queries(2):
        TemplateVersion(tenant=one, template_id=own.pk, number=3).save(
            force_insert=True
        )


def test_no_model_leaves_the_check_out():
    """A save of its own would have to call ours; today none has one."""
    for model in apps.get_models():
        if issubclass(model, Scoped):
            assert model.save is Scoped.save, model


@pytest.mark.django_db
def test_a_person_has_one_place_in_a_tenant():
    membership = MembershipFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(tenant=membership.tenant, user=membership.user)

    assert Membership.for_tenant(membership.tenant).count() == 1
