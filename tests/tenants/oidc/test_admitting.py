"""Whom the single sign-on lets in."""

from __future__ import annotations

import pytest

from tenants.models import Identity
from tenants.oidc import admitting
from tenants.oidc.errors import NotAdmitted
from tenants.oidc.tokens import Claims
from tests.tenants.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
HERE, THERE = "https://id.example.org", "https://other.example.org"


def claims(subject="jane-1", email="Jane@Example.org"):
    return Claims(subject, email, None)


@pytest.fixture
def jane():
    return UserFactory(email="jane@example.org")


def test_an_address_in_any_case_finds_the_person_and_links_them(jane):
    assert admitting.person_of(claims(), issuer=HERE) == jane
    assert Identity.objects.get().subject == "jane-1"


def test_once_linked_the_address_counts_no_more(jane):
    admitting.person_of(claims(), issuer=HERE)

    assert admitting.person_of(claims(email=""), issuer=HERE) == jane


def test_whom_the_providers_id_names_is_known(jane):
    assert not admitting.is_known(claims(), issuer=HERE)

    admitting.person_of(claims(), issuer=HERE)

    assert admitting.is_known(claims(email=""), issuer=HERE)
    assert not admitting.is_known(claims(), issuer=THERE)


def test_two_at_the_provider_are_not_one_here(jane):
    admitting.person_of(claims(), issuer=HERE)

    with pytest.raises(NotAdmitted, match="another account"):
        admitting.person_of(claims("jane-2"), issuer=HERE)


def test_the_same_id_of_another_issuer_is_somebody_else(jane):
    admitting.person_of(claims(), issuer=HERE)

    with pytest.raises(NotAdmitted, match="not verified"):
        admitting.person_of(claims(email=""), issuer=THERE)


def test_unlinked_the_person_is_found_anew(jane):
    admitting.person_of(claims(), issuer=HERE)

    assert admitting.unlink(jane) == 1
    assert admitting.person_of(claims("jane-2"), issuer=HERE) == jane
