"""What each role may do in the admin: one table that can be read aloud.

TenantAdmin asks `may`; what the table does not name, only operators may do. Rows are
"app.model" (a trailing * stands for all models of that app), columns are Django's
four actions with the roles that have them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tenants.models import Membership

_A = str(Membership.Role.ADMIN)
_D = str(Membership.Role.DESIGNER)
_S = str(Membership.Role.SUPPORT)
_ALL = frozenset({_A, _D, _S})
_ADMINS = frozenset({_A})
_DESIGNERS = frozenset({_A, _D})
_NONE: frozenset[str] = frozenset()

ACTIONS = ("view", "add", "change", "delete")
_TABLE: Mapping[str, tuple[frozenset[str], ...]] = {
    # model                      view        add         change      delete
    "tenants.tenant":           (_ALL,       _NONE,      _ADMINS,    _NONE),
    "tenants.membership":       (_ADMINS,    _ADMINS,    _ADMINS,    _ADMINS),
    "tenants.apikey":           (_ADMINS,    _ADMINS,    _ADMINS,    _NONE),
    "tenants.jwtissuer":        (_ADMINS,    _NONE,      _NONE,      _NONE),
    "tenants.refusedcall":      (_ALL,       _NONE,      _NONE,      _NONE),
    "tenants.auditentry":       (_ADMINS,    _NONE,      _NONE,      _NONE),
    "providers.account":        (_DESIGNERS, _ADMINS,    _ADMINS,    _ADMINS),
    "providers.service":        (_DESIGNERS, _ADMINS,    _ADMINS,    _ADMINS),
    "providers.sender":         (_ALL,       _ADMINS,    _ADMINS,    _ADMINS),
    "templates_app.*":          (_ALL,       _DESIGNERS, _DESIGNERS, _DESIGNERS),
    "events.*":                 (_ALL,       _DESIGNERS, _DESIGNERS, _DESIGNERS),
    "events.callbackdefaults":  (_ALL,       _ADMINS,    _ADMINS,    _ADMINS),
    # To forget a person cannot be taken back.
    "events.erasure":           (_ADMINS,    _ADMINS,    _NONE,      _NONE),
    "recipients.*":             (_ALL,       _ADMINS,    _ADMINS,    _ADMINS),
    "callbacks.endpoint":       (_ALL,       _ADMINS,    _ADMINS,    _ADMINS),
    "callbacks.callback":       (_ALL,       _NONE,      _NONE,      _NONE),
    "callbacks.retryschedule":  (_ALL,       _ADMINS,    _ADMINS,    _ADMINS),
    # Deleting what was told cannot be taken back.
    "callbacks.expunging":      (_NONE,      _NONE,      _ADMINS,    _NONE),
    # No model: the same to the same.
    "callbacks.resending":      (_NONE,      _NONE,      _ALL,       _NONE),
    "delivery.*":               (_ALL,       _NONE,      _NONE,      _NONE),
    # No models: what was written in messages, and stopping what has not left.
    "delivery.content":         (_ADMINS,    _NONE,      _NONE,      _NONE),
    "delivery.cancelling":      (_NONE,      _NONE,      _DESIGNERS, _NONE),
    "delivery.replaying":       (_NONE,      _NONE,      _DESIGNERS, _NONE),
    # The same to the same; to another address only who may see what is written.
    "delivery.resending":       (_NONE,      _NONE,      _ALL,       _NONE),
}  # fmt: skip


def may(role: str, app: str, model: str, action: str) -> bool:
    """Whether `role` has `action` (view, add, change, delete) on that model."""
    row = _TABLE.get(f"{app}.{model.lower()}", _TABLE.get(f"{app}.*"))
    if row is None or action not in ACTIONS:
        return False
    return role in row[ACTIONS.index(action)]


def permissions(role: str) -> frozenset[tuple[str, str, str]]:
    """All (app, model or "*", action) of a role."""
    return frozenset(
        (*name.split("."), action)  # type: ignore[misc]  # names have one dot
        for name, row in _TABLE.items()
        for action, roles in zip(ACTIONS, row, strict=True)
        if role in roles
    )
