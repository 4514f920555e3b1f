"""Chat messages that go nowhere: for demos and test keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from providers.channels.msgapp import ChatPayload
from providers.sandbox import Sandbox


class MsgAppSandbox(Sandbox[ChatPayload]):
    """A room is the account itself, so no address decides; `answer` does."""

    label = _("Sandbox (delivers nothing)")
    channel_code = "msgApp"

    def recipients(self, payload: ChatPayload) -> tuple[str, ...]:
        return ("",)
