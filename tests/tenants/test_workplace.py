"""Where somebody works, and where they may go."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory

from tenants.models import ApiKey, Membership, Tenant
from tenants.workplace import UnknownTenant, enter, workplace_of
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    request.session = SessionStore()
    return request


def test_the_oldest_of_several_places_is_where_one_starts():
    """Whoever adds me to a tenant of theirs, whatever its name, does not move me."""
    user = UserFactory()
    for name in ("B", "A"):
        MembershipFactory(tenant=TenantFactory(name=name), user=user)

    place = workplace_of(request_of(user))

    assert str(place.tenant) == "B"
    assert [one.name for one in place.choices] == ["A", "B"]


def test_the_role_is_that_of_the_tenant_where_one_works():
    user = UserFactory()
    first = MembershipFactory(tenant=TenantFactory(name="A"), user=user, role="admin")
    second = MembershipFactory(
        tenant=TenantFactory(name="B"), user=user, role="support"
    )
    request = request_of(user)
    before = workplace_of(request)

    enter(request, second.tenant_id)

    assert before.tenant == first.tenant
    assert before.may(ApiKey, "add")
    assert not workplace_of(request).may(ApiKey, "add")


@pytest.mark.parametrize("where", ["other", "nowhere", "above"])
def test_nobody_enters_what_is_not_theirs(where):
    user = MembershipFactory().user
    targets = {"other": TenantFactory().id, "nowhere": uuid4(), "above": None}

    with pytest.raises(UnknownTenant):
        enter(request_of(user), targets[where])


def test_an_operator_starts_above_all_and_may_do_everything():
    tenant = TenantFactory()
    request = request_of(UserFactory(is_superuser=True))
    above = workplace_of(request)

    enter(request, tenant.id)

    assert above.tenant is None
    assert above.may(Tenant, "delete")
    assert workplace_of(request).tenant == tenant


def test_people_without_a_tenant_and_strangers_may_nothing():
    for user in (UserFactory(), AnonymousUser()):
        place = workplace_of(request_of(user))

        assert place.tenant is None
        assert not place.may(Membership, "view")


def test_a_session_that_names_nonsense_is_passed_over():
    user = MembershipFactory().user
    request = request_of(user)
    request.session["tenant"] = "nonsense"

    assert workplace_of(request).tenant is not None
