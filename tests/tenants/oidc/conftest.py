"""The small provider, running and set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.tenants.oidc.small_provider import SmallProvider, serving


@pytest.fixture
def there(settings: Any) -> Iterator[SmallProvider]:
    with serving(SmallProvider()) as provider:
        settings.SIGN_IN = provider.sign_in()
        yield provider
