"""What the database itself holds of tenants, people and credentials."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from tenants.models import ApiKey, AuditEntry, JwtIssuer, Notice, Tenant, User
from tests.tenants.factories import (
    ApiKeyFactory,
    JwtIssuerFactory,
    MembershipFactory,
    TenantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_ids_sort_by_the_time_they_were_made():
    made = [TenantFactory().pk for _index in range(5)]

    assert made == sorted(made)
    assert {one.version for one in made} == {7}


def test_people_log_in_with_their_address_in_any_case(client):
    UserFactory(email="Alice@Example.org")

    assert client.login(email="ALICE@example.ORG", password="correct horse")
    assert User.objects.get().email == "alice@example.org"


def test_the_same_address_in_another_case_is_the_same_person():
    UserFactory(email="alice@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ALICE@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Alice@example.org")])


def test_an_operator_sees_everything_and_others_nothing_of_their_own():
    operator = User.objects.create_superuser("op@example.org", "pass word 123")

    assert operator.has_perm("tenants.change_tenant")
    assert not UserFactory().has_perm("tenants.view_tenant")


def test_people_without_a_name_are_shown_by_their_address():
    user = UserFactory(email="bob@example.org", name="")

    assert (str(user), user.get_short_name()) == ("bob@example.org", "bob")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("locale", "no such language"),
        ("phone_region", "ca"),
        ("slug", "with space"),
        ("max_delay_days", 367),
        ("requests_per_minute_live", 0),
        ("content_retention_days", 4000),
        ("missing_params", "ignore"),
    ],
)
def test_forms_refuse_a_tenant_that_cannot_be(field, value):
    tenant = TenantFactory.build(**{field: value})

    with pytest.raises(ValidationError) as caught:
        tenant.full_clean()

    assert field in caught.value.message_dict


@pytest.mark.parametrize(
    "values",
    [
        {"max_delay_days": 367},
        {"metadata_retention_days": 0},
        {"requests_per_minute_test": 0},
        {"idempotency_window_seconds": 604_801},
        {"missing_params": "ignore"},
        {"source": "nowhere"},
        {"name": ""},
        {"gateway_consumer": ""},
    ],
)
def test_the_database_refuses_it_as_well(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        TenantFactory(**values)


def test_defaults_are_those_of_the_design():
    tenant = TenantFactory()

    assert (
        tenant.content_retention_days,
        tenant.metadata_retention_days,
        tenant.max_delay_days,
        tenant.missing_params,
        tenant.phone_region,
        tenant.idempotency_window_seconds,
    ) == (30, 90, 30, "error", "CA", None)


def test_two_tenants_never_share_a_gateway_consumer_but_many_have_none():
    TenantFactory(), TenantFactory()
    TenantFactory(gateway_consumer="kong-1")

    with pytest.raises(IntegrityError), transaction.atomic():
        TenantFactory(gateway_consumer="kong-1")


def test_an_emptied_consumer_means_none():
    tenant = Tenant(name="One", slug="one", gateway_consumer="")

    tenant.full_clean()

    assert tenant.gateway_consumer is None


@pytest.mark.parametrize("scopes", [[], ["fly"], "send", {"send": 1}, [["send"]]])
def test_forms_refuse_unknown_scopes(scopes):
    key = ApiKeyFactory.build(tenant=TenantFactory(), scopes=scopes)

    with pytest.raises(ValidationError) as caught:
        key.full_clean(exclude=["prefix"])

    assert "scopes" in caught.value.message_dict


@pytest.mark.parametrize("channels", ["email", ["fax"], {"email": True}, [["email"]]])
def test_forms_refuse_unknown_channels(channels):
    key = ApiKeyFactory.build(tenant=TenantFactory(), channels=channels)

    with pytest.raises(ValidationError) as caught:
        key.full_clean(exclude=["prefix"])

    assert "channels" in caught.value.message_dict


@pytest.mark.parametrize("networks", [["10.0.0.0/33"], "10.0.0.0/8x", [5.5], [None]])
def test_forms_refuse_unreadable_networks(networks):
    key = ApiKeyFactory.build(tenant=TenantFactory(), allowed_addresses=networks)

    with pytest.raises(ValidationError) as caught:
        key.full_clean(exclude=["prefix"])

    assert "allowed_addresses" in caught.value.message_dict


def test_a_key_is_shown_by_its_readable_part():
    key = ApiKeyFactory(name="shop", prefix="abcdefgh")

    assert str(key) == "shop (ntf_live_abcdefgh)"


def test_an_issuers_secret_is_sealed_at_rest():
    issuer = JwtIssuerFactory(shared_secret="a-secret-of-some-32-characters-..")

    issuer.refresh_from_db()

    assert issuer.shared_secret == "a-secret-of-some-32-characters-.."
    assert "some-32" not in str(issuer)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"shared_secret": "short"}, "shared_secret"),
        (
            {"algorithm": "RS256", "jwks_url": "https://10.0.0.1/keys"},
            "jwks_url",
        ),
        ({"algorithm": "RS256", "jwks_url": "not a url"}, "jwks_url"),
        ({"algorithm": "none"}, "algorithm"),
    ],
)
def test_forms_refuse_an_issuer_that_cannot_be_checked(values, field):
    issuer = JwtIssuerFactory.build(tenant=TenantFactory(), **values)

    with pytest.raises(ValidationError) as caught:
        issuer.full_clean()

    assert field in caught.value.message_dict


@pytest.mark.parametrize(
    "values",
    [
        {"algorithm": "RS256", "jwks_url": ""},
        {"algorithm": "HS256", "jwks_url": "https://id.example.org/keys"},
        {"algorithm": "none"},
        {"issuer": ""},
        {"audience": ""},
        {"claim_value": ""},
        {"claim": "email"},
    ],
)
def test_the_database_refuses_such_an_issuer(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        JwtIssuerFactory(**values)


def test_one_claim_of_one_issuer_means_one_tenant():
    JwtIssuerFactory(claim_value="shop")

    with pytest.raises(IntegrityError), transaction.atomic():
        JwtIssuerFactory(claim_value="shop")

    assert JwtIssuer.objects.count() == 1


def test_an_audit_entry_can_be_neither_changed_nor_deleted():
    tenant = TenantFactory()
    entry = AuditEntry(
        tenant=tenant, actor_kind="system", actor_label="system", action="made"
    )
    entry.save()

    for attempt in (
        lambda: AuditEntry.objects.update(action="nothing"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: tenant.delete() and AuditEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()

    assert AuditEntry.objects.get().action == "made"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_the_suite_itself_can_empty_the_tables_between_tests(round_):
    """And the triggers are there again afterwards."""
    assert not AuditEntry.objects.exists()
    AuditEntry(actor_kind="system", actor_label="system", action="made").save()

    with pytest.raises(DatabaseError):
        AuditEntry.objects.update(action="nothing")


def test_an_audit_entry_outlives_its_tenant():
    tenant = TenantFactory()
    AuditEntry(
        tenant=tenant, actor_kind="system", actor_label="system", action="made"
    ).save()
    gone = tenant.pk

    tenant.delete()

    assert AuditEntry.objects.get().tenant_id == gone


def test_a_notice_keeps_its_data_sealed():
    tenant = TenantFactory()
    Notice(tenant=tenant, kind="invitation", data={"to": "eve@example.org"}).save()

    assert Notice.for_tenant(tenant).get().data == {"to": "eve@example.org"}


def test_roles_are_named_in_the_language_of_people():
    membership = MembershipFactory(role="support")

    assert str(membership).endswith("(Support)")


def test_deleting_a_person_keeps_the_keys_that_they_made():
    user = UserFactory()
    key = ApiKeyFactory(created_by=user)

    user.delete()

    assert ApiKey.objects.get() == key
