"""The tenant, its people and credentials, and what is recorded of them.

A tenant's defaults for sending are a layer of the cascade: events/models/defaults.py.
"""

from tenants.models.audit_entry import AuditEntry
from tenants.models.credentials import ApiKey, JwtIssuer
from tenants.models.identity import Identity
from tenants.models.login_failures import LoginFailures
from tenants.models.notice import Notice
from tenants.models.rate_bucket import RateBucket
from tenants.models.refused_call import RefusedCall
from tenants.models.second_factor import RecoveryCode, SecondFactor
from tenants.models.tenant import Membership, Tenant
from tenants.models.user import User

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Identity",
    "JwtIssuer",
    "LoginFailures",
    "Membership",
    "Notice",
    "RateBucket",
    "RecoveryCode",
    "RefusedCall",
    "SecondFactor",
    "Tenant",
    "User",
]
