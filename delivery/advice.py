"""What to tell the person whose message did not arrive, and what to do next.

One table, by how a message ended and why; a support desk reads it aloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from delivery.gates import SUPPRESSED
from delivery.learning import reason_of
from delivery.models import Message
from delivery.states import Status

_S = Status


@dataclass(frozen=True, slots=True)
class Advice:
    """Two sentences: for the person, and for whoever helps them."""

    tell: str | Promise
    do: str | Promise


_OURS = gettext_lazy("Nothing is wrong with your address; the fault was on our side.")
_STOPPED = Advice(
    gettext_lazy("You answered STOP, so nothing is sent to your number."),
    gettext_lazy(
        "Only they can take it back, by sending START. Then release the number "
        "under Suppression list, and send it again."
    ),
)
# Why a message was kept back: it stores the sentence of it.
_WITHHELD: Mapping[str, str] = {text: why for why, text in SUPPRESSED.items()}
_BY_CODE: Mapping[tuple[str, str], Advice] = {
    (_S.FAILED, "bounced"): Advice(
        gettext_lazy("Your address does not exist, or takes no messages."),
        gettext_lazy("Ask for another address, and send it again to that."),
    ),
    (_S.FAILED, "stopped"): _STOPPED,
    (_S.FAILED, "invalid_address"): Advice(
        gettext_lazy("The address that we were given cannot be written to."),
        gettext_lazy("Ask for the right address, and send it again to that."),
    ),
    (_S.SUPPRESSED, "stopped"): _STOPPED,
    (_S.SUPPRESSED, "bounced"): Advice(
        gettext_lazy("An earlier message to your address came back."),
        gettext_lazy(
            "Ask for another address, and send it again to that. If this one takes "
            "messages again, an administrator releases it under Suppression list."
        ),
    ),
    (_S.SUPPRESSED, "complained"): Advice(
        gettext_lazy("An earlier message to you was reported as unwanted."),
        gettext_lazy(
            "If they want them again, an administrator releases the address under "
            "Suppression list; then send it again."
        ),
    ),
    (_S.SUPPRESSED, "opted_out"): Advice(
        gettext_lazy("You asked us to send you no more messages."),
        gettext_lazy(
            "If they want them again, an administrator releases the address under "
            "Suppression list; then send it again."
        ),
    ),
    (_S.SUPPRESSED, "unsubscribed"): Advice(
        gettext_lazy("You have left the list, so its messages do not come to you."),
        gettext_lazy(
            "Only they can take it back, by the link in an earlier message or by "
            "subscribing again."
        ),
    ),
    (_S.SUPPRESSED, "copy"): Advice(
        gettext_lazy("You would have had a copy; nobody was left whom it was to."),
        gettext_lazy("See above why the others were left out."),
    ),
    (_S.DEAD, "outcome_unknown"): Advice(
        gettext_lazy("It may have arrived. Please look, also among spam."),
        gettext_lazy("If it is not there, replay it."),
    ),
    (_S.DEAD, "gave_up"): Advice(
        gettext_lazy("We could not reach your provider for a long time."),
        gettext_lazy("Replay it; if it fails again, ask the provider with its words."),
    ),
    (_S.DEAD, "misconfigured"): Advice(
        _OURS,
        gettext_lazy(
            "An administrator mends the account, presses Check connection, and "
            "replays it."
        ),
    ),
    (_S.DEAD, "no_account"): Advice(
        _OURS,
        gettext_lazy(
            "An administrator adds an account or switches one on, and replays it."
        ),
    ),
    (_S.DEAD, "account_pausing"): Advice(
        _OURS,
        gettext_lazy("The provider had no room. Replay it when there is less to send."),
    ),
    (_S.DEAD, "tenant_inactive"): Advice(
        _OURS, gettext_lazy("Ask the operator to switch the tenant on; then replay it.")
    ),
    (_S.DEAD, "document_failed"): Advice(
        _OURS,
        gettext_lazy("A designer mends what makes the file; the program calls again."),
    ),
    (_S.DEAD, "words_failed"): Advice(
        _OURS,
        gettext_lazy("A designer mends the template; the program calls again."),
    ),
    (_S.DEAD, "document_waits"): Advice(
        _OURS, gettext_lazy("Ask the operator about the service; then replay it.")
    ),
}
_BY_STATE: Mapping[str, Advice] = {
    _S.FAILED: Advice(
        gettext_lazy("Your provider refused it."),
        gettext_lazy(
            "Read the provider's words. If they speak of the address, ask for another "
            "and send it again to that; else tell an administrator."
        ),
    ),
    _S.TEMP_FAILED: Advice(
        gettext_lazy("Your provider could not deliver it, perhaps only for now."),
        gettext_lazy(
            "Ask whether the mailbox is full or the phone is off; then send it again."
        ),
    ),
    _S.DEAD: Advice(
        _OURS, gettext_lazy("Give the operator the id at the top; then replay it.")
    ),
    _S.EXPIRED: Advice(
        gettext_lazy("It could not be sent before its time was over."),
        gettext_lazy("If it still matters, send it again."),
    ),
    _S.SUPPRESSED: Advice(
        gettext_lazy("We are not to write to your address; the reason is known."),
        gettext_lazy(
            "If they ask for it, an administrator releases the address under "
            "Suppression list; then send it again."
        ),
    ),
    _S.CANCELLED: Advice(
        gettext_lazy("It was stopped before it was sent."),
        gettext_lazy("History tells who stopped it. If that was wrong, send it again."),
    ),
    _S.UNKNOWN: Advice(
        gettext_lazy("It may have arrived. Please look, also among spam."),
        gettext_lazy("Wait until the time on this page: then we know more."),
    ),
}


def advice(message: Message) -> Advice | None:
    """Of what went wrong; None for what arrived or is still on its way."""
    state = _S.FAILED if message.state == _S.PERM_FAILED else message.state
    code = reason_of(message.error_code) or message.error_code
    if state == _S.SUPPRESSED:
        code = _WITHHELD.get(message.error_detail, code)
    return _BY_CODE.get((state, code)) or _BY_STATE.get(state)
