"""E-mail that goes nowhere: for demos, test keys and simulated recipients."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from providers.base import Capability
from providers.channels.email import EmailPayload
from providers.sandbox import Sandbox


class EmailSandbox(Sandbox[EmailPayload]):
    """Every recipient of the envelope gets a receipt of their own."""

    label = _("Sandbox (delivers nothing)")
    channel_code = "email"
    capabilities = Sandbox.capabilities | {Capability.ATTACHMENTS}
    recipients_per_call = 50

    def recipients(self, payload: EmailPayload) -> tuple[str, ...]:
        return payload.recipients
