"""What a tenant's people are told of endpoints in trouble, where they look first."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from callbacks.models import Endpoint
from tenants.models import Tenant


def told(tenant: Tenant) -> str:
    """A sentence that leads to them; empty where all are well. One query."""
    given_up = Q(active=False) & ~Q(off_because=Endpoint.Off.BY_HAND)
    warned_of = Q(active=True, warned_at__isnull=False)
    rows = Endpoint.kept_by(tenant).filter(given_up | warned_of).order_by()
    found = set(rows.values_list("active", flat=True).distinct())
    if not found:
        return ""
    listed = reverse("admin:callbacks_endpoint_changelist") + "?origin=all"
    text = _("An endpoint has not answered well for a day. See which.")
    if False in found:
        listed += "&active__exact=0"
        text = _("An endpoint was switched off, as it did not answer well. See which.")
    return format_html('<a href="{}">{}</a>', listed, text)
