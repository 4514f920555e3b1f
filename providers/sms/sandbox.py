"""Text messages that go nowhere: for demos, test keys and simulated recipients."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from providers.base import Capability
from providers.channels.sms import SmsPayload
from providers.sandbox import Sandbox


class SmsSandbox(Sandbox[SmsPayload]):
    """Simulated numbers decide what the receipt says; all others are delivered."""

    label = _("Sandbox (delivers nothing)")
    channel_code = "sms"
    capabilities = Sandbox.capabilities | {Capability.INTERNATIONAL}

    def recipients(self, payload: SmsPayload) -> tuple[str, ...]:
        return (payload.to,)
