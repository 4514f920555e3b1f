"""Accounts that were passed over for a message, and why: lines of a stored detail.

Workers write them in English; pages tell them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from delivery.routing import BROKEN, OFF, OUT_OF_REACH, PAUSING, PassedOver
from providers.accounts import offers
from providers.models import Account

_WHY: Mapping[str, str] = {
    OFF: gettext_noop("It is switched off."),
    PAUSING: gettext_noop("Its provider asked us to slow down."),
    BROKEN: gettext_noop("Its provider does not answer."),
    "international": gettext_noop("It is not to send abroad."),
    "attachments": gettext_noop("It takes no files."),
}
_SIGN = " passed over: "
_MOST = 300  # characters that a detail is stored with


def lines(
    passed_over: Collection[PassedOver], accounts: Mapping[UUID, Account]
) -> Sequence[str]:
    """One for each."""
    return [
        f"{accounts[one.account_id].name}{_SIGN}{_why(one, accounts[one.account_id])}"
        for one in passed_over
    ]


def after(sentence: str, told: Sequence[str]) -> str:
    """A detail that begins with the sentence, and has as many lines as fit."""
    for line in told:
        longer = f"{sentence}\n{line}"
        if len(longer) > _MOST:
            break
        sentence = longer
    return sentence


def told(detail: str) -> str:
    """Of a stored detail, these lines in the reader's language; "" without any."""
    return " ".join(_told(detail))


def _told(detail: str) -> Iterator[str]:
    for line in detail.split("\n"):
        name, sign, why = line.rpartition(_SIGN)
        if sign:
            words = {"account": name, "why": _(why)}
            yield _("%(account)s passed over: %(why)s") % words


def _why(one: PassedOver, account: Account) -> str:
    if one.why == OUT_OF_REACH:
        return str(offers.reach(account).why)
    return _WHY.get(one.why, one.why)
