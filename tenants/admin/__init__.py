"""The admin's pages of tenants, people and credentials; base.py scopes all others."""

from tenants.admin import (
    api_keys,
    audit,
    issuers,
    members,
    people,
    refused_calls,
    tenants,
)

__all__ = [
    "api_keys",
    "audit",
    "issuers",
    "members",
    "people",
    "refused_calls",
    "tenants",
]
