"""The retry schedule of a tenant: typed as text, one for each, audited."""

from __future__ import annotations

import pytest
from django.urls import reverse

from callbacks.models import RetrySchedule
from tenants.models import AuditEntry, Tenant
from tests.callbacks.test_admin import in_role
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
ADD = "admin:callbacks_retryschedule_add"
LIST = "admin:callbacks_retryschedule_changelist"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def of(one: RetrySchedule) -> str:
    return reverse("admin:callbacks_retryschedule_change", args=[one.pk])


def test_an_admin_types_it_and_ours_stands_there_to_begin_with(tenant: Tenant):
    client = in_role(tenant)

    empty = client.get(reverse(ADD)).text
    client.post(reverse(ADD), {"waits": "0 s, 10 s, 2 m"})

    assert "0 s, 5 s, 5 min, 30 min, 2 h" in empty
    made = RetrySchedule.for_tenant(tenant).get()
    assert made.waits == [0, 10, 120]
    assert "0 s, 10 s, 2 min" in client.get(of(made)).text
    assert "0 s, 10 s, 2 min" in client.get(reverse(LIST)).text


def test_there_is_one_for_each_tenant(tenant: Tenant):
    client = in_role(tenant)
    client.post(reverse(ADD), {"waits": "0 s, 10 s"})
    made = RetrySchedule.for_tenant(tenant).get()

    again = client.post(reverse(ADD), {"waits": "0 s, 20 s"})

    assert again.headers["Location"] == of(made)
    assert RetrySchedule.for_tenant(tenant).get().waits == [0, 10]


def test_what_is_wrong_stands_beside_its_field(tenant: Tenant):
    page = in_role(tenant).post(reverse(ADD), {"waits": "0 s, 25 h"}).text

    assert "Between two tries are 1 s to 24 h, and not 25 h." in page
    assert 'value="0 s, 25 h"' in page
    assert not RetrySchedule.for_tenant(tenant).exists()


def test_changed_and_deleted_it_is_audited(tenant: Tenant):
    client = in_role(tenant)
    client.post(reverse(ADD), {"waits": "0 s, 10 s"})
    made = RetrySchedule.for_tenant(tenant).get()

    client.post(of(made), {"waits": "0 s, 20 s"})
    client.post(
        reverse("admin:callbacks_retryschedule_delete", args=[made.pk]),
        {"post": "yes"},
    )

    assert not RetrySchedule.for_tenant(tenant).exists()
    entries = list(AuditEntry.for_tenant(tenant).order_by("at", "id"))
    assert [one.action for one in entries] == ["created", "changed", "deleted"]
    assert entries[1].changes["waits"] == {"before": [0, 10], "after": [0, 20]}


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_at_it(tenant: Tenant, role: str):
    row = RetrySchedule(tenant=tenant, waits=[0, 10])
    row.save()
    client = in_role(tenant, role)

    assert "0 s, 10 s" in client.get(of(row)).text
    assert client.post(of(row), {"waits": "0 s"}).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403
