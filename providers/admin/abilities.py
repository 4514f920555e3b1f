"""What an account can do, as its provider declares it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from providers.accounts import reach
from providers.base import EVERYWHERE, Capability
from providers.models import Account
from providers.registry import provider_class

_WORDS: Mapping[Capability, str | Promise] = {
    Capability.KEY: _lazy("A repeated call is taken once."),
    Capability.LOOKUP: _lazy("It can be asked whether it has a message."),
    Capability.ECHO: _lazy("Its receipts name our message."),
    Capability.RECEIPTS: _lazy("It tells later what became of a message."),
    Capability.ATTACHMENTS: _lazy("Files can go along."),
    Capability.INTERNATIONAL: _lazy("It sends to numbers abroad."),
}


def abilities(account: Account) -> Sequence[str]:
    """A sentence for each, in one order for all providers."""
    kind, goes = provider_class(account.provider), reach(account)
    can = kind.capabilities
    if goes != EVERYWHERE:
        can -= {Capability.INTERNATIONAL}
    told = [str(words) for one, words in _WORDS.items() if one in can]
    if goes != EVERYWHERE:
        told.append(str(goes.why))
    if kind.recipients_per_call > 1:
        told.append(
            _("One call takes up to %(count)s recipients.")
            % {"count": kind.recipients_per_call}
        )
    return told
