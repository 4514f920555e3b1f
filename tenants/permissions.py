"""What a caller may do: each view declares a scope, or says that it is public."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from django.utils.translation import gettext as _
from django.views import View
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenants.callers import caller_of
from tenants.errors import MissingScope
from tenants.models.credentials import Scope


class Deny(BasePermission):
    """The default: a view that declares nothing answers nobody."""

    def has_permission(self, request: Request, view: View) -> bool:
        return False


class Public(BasePermission):
    """For what needs no credential, such as the link in a mail."""

    def has_permission(self, request: Request, view: View) -> bool:
        return True


class ScopePermission(BasePermission):
    """The caller has the scope of the method. Made by `requires`."""

    scope: ClassVar[str]
    by_method: ClassVar[dict[str, str]]

    @classmethod
    def scope_of(cls, method: str) -> str:
        """The scope that `method` needs."""
        return cls.by_method.get("GET" if method == "HEAD" else method, cls.scope)

    def has_permission(self, request: Request, view: View) -> bool:
        """Raises BadCredentials (401), or MissingScope (403) naming the scope."""
        scope = self.scope_of(request.method or "")
        if scope not in caller_of(request).scopes:
            raise MissingScope(
                _(
                    "This credential does not have the scope '%(scope)s'. "
                    "Use one that has it, or have it added."
                )
                % {"scope": scope}
            )
        return True


@lru_cache
def requires(scope: str, **by_method: str) -> type[ScopePermission]:
    """A permission class: `requires("manage", GET="read")`; others need `scope`."""
    members = {"scope": Scope(scope).value, "by_method": {}}
    members["by_method"] = {
        method: Scope(needed).value for method, needed in by_method.items()
    }
    return type(f"Requires_{scope}", (ScopePermission,), members)
