"""The tenant that a person works in just now, and what they may do there.

Operators (superusers) may stand above all tenants; everybody else is in one of those
they have a membership of, at first in the one that they have had for longest. Which one
is kept in the session, and checked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from notify_project.db.ids import read_id
from notify_project.errors import NotFound
from tenants.models import Membership, Tenant, User
from tenants.roles import may

SESSION_KEY = "tenant"
OPERATOR = "operator"
_LISTED_TENANTS = 100


class UnknownTenant(NotFound):
    """No such tenant, or none of this person's."""

    code = "unknown_tenant"


@dataclass(frozen=True, slots=True)
class Workplace:
    """`tenant` is None for an operator above all, and for somebody without any.

    `choices` are the tenants to switch to, by name; at most 100 for an operator.
    """

    user: User | None
    tenant: Tenant | None
    role: str
    choices: Sequence[Tenant]

    @property
    def is_operator(self) -> bool:
        return self.role == OPERATOR

    def may(self, model: type[models.Model], action: str) -> bool:
        """Whether the role has view, add, change or delete on a model."""
        names = model._meta
        return self.may_do(names.app_label, str(names.model_name), action)

    def may_do(self, app: str, name: str, action: str) -> bool:
        """The same by name, for rights that are no model's: delivery.content."""
        if self.is_operator:
            return True
        return self.tenant is not None and may(self.role, app, name, action)


NOWHERE = Workplace(None, None, "", ())


def workplace_of(request: HttpRequest) -> Workplace:
    """Where the person of a request works; one query, once per request."""
    known: Workplace | None = getattr(request, "workplace", None)
    if known is None:
        known = _found(request)
        request.workplace = known  # type: ignore[attr-defined]
    return known


def enter(request: HttpRequest, tenant_id: UUID | None) -> None:
    """Work in that tenant from now on; None: above all, for operators.

    Raises UnknownTenant.
    """
    user = request.user
    if not isinstance(user, User) or not _may_enter(user, tenant_id):
        raise UnknownTenant(_("There is no such tenant."))
    request.session[SESSION_KEY] = str(tenant_id) if tenant_id else ""
    if hasattr(request, "workplace"):
        del request.workplace


def _may_enter(user: User, tenant_id: UUID | None) -> bool:
    if tenant_id is None:
        return user.is_superuser
    if user.is_superuser:
        return Tenant.objects.filter(id=tenant_id).exists()
    return Membership.for_tenant(tenant_id).filter(user=user).exists()


def _found(request: HttpRequest) -> Workplace:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return NOWHERE
    chosen = read_id(request.session.get(SESSION_KEY, ""))
    if user.is_superuser:
        listed = list(Tenant.objects.order_by("name", "id")[:_LISTED_TENANTS])
        return Workplace(user, _of_operator(listed, chosen), OPERATOR, listed)
    # Memberships of one person lie in many tenants: that is their point.
    own = Membership.across_tenants().filter(user=user).select_related("tenant")
    places = sorted(own, key=lambda one: (one.tenant.name, str(one.tenant_id)))
    if not places:
        return Workplace(user, None, "", ())
    # The oldest: a place that somebody gives me today must not be where I type.
    oldest = min(places, key=lambda one: (one.created_at, str(one.tenant_id)))
    here = next((one for one in places if one.tenant_id == chosen), oldest)
    return Workplace(user, here.tenant, here.role, [one.tenant for one in places])


def _of_operator(listed: Sequence[Tenant], chosen: UUID | None) -> Tenant | None:
    if chosen is None:
        return None
    found = next((one for one in listed if one.id == chosen), None)
    return found or Tenant.objects.filter(id=chosen).first()
