"""A tenant, and its program that asks of its endpoints and callbacks."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.models import Tenant
from tests.callbacks.api.test_endpoints import asking
from tests.tenants.factories import TenantFactory


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def ask(tenant: Tenant) -> Any:
    return asking(tenant)
