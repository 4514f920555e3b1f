"""Mails of our own: stored here by any app, sent as notifications by events."""

from __future__ import annotations

from collections.abc import Mapping

from tenants.models import Notice, Tenant


def store(tenant: Tenant, kind: str, data: Mapping[str, object]) -> Notice:
    """One row, in the caller's transaction: told if and only if that commits."""
    notice = Notice(tenant=tenant, kind=kind, data=dict(data))
    notice.save(force_insert=True)
    return notice
