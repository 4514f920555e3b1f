"""What Twilio's refusals mean. https://www.twilio.com/docs/api/errors"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import Verdict, json_object, refusal
from providers.errors import Misconfigured, Permanent, ProviderError, Temporary

_OPTED_OUT = Verdict(
    Permanent, _lazy("The recipient has opted out of texts from this sender.")
)
_RECIPIENT = Verdict(Permanent, _lazy("Texts cannot be sent to this number."))
_MESSAGE = Verdict(Permanent, _lazy("Twilio refused the text itself."))
_SENDER = Verdict(
    Misconfigured, _lazy("Texts cannot be sent from this sender with this account.")
)
_ACCOUNT = Verdict(
    Misconfigured,
    _lazy("Twilio refused the credentials, or the account may not do this."),
)
_BUSY = Verdict(Temporary, _lazy("Twilio asks us to slow down."), throttled=True)

_VERDICTS: Mapping[int, Verdict] = {
    **dict.fromkeys((20003, 20004, 20005, 20006, 20403, 20404), _ACCOUNT),
    **dict.fromkeys((21408, 21608, 30002), _ACCOUNT),
    **dict.fromkeys((14107, 20429, 21611, 63038), _BUSY),
    21610: _OPTED_OUT,
    **dict.fromkeys((21211, 21214, 21217, 21263, 21265, 21266), _RECIPIENT),
    **dict.fromkeys((21604, 21612, 21614, 21635), _RECIPIENT),
    **dict.fromkeys((21602, 21617, 21619, 30036), _MESSAGE),
    **dict.fromkeys((21212, 21267, 21603, 21606, 21659, 21660, 21661), _SENDER),
    **dict.fromkeys((21701, 21702, 21703, 21704, 21705, 21712), _SENDER),
}


def error(response: egress.Response) -> ProviderError:
    """By Twilio's own code where there is one, else by status; 5xx stay Unknown."""
    code = json_object(response.body).get("code")
    if not isinstance(code, int) or response.status >= 500:
        return refusal(response)
    by_status = {401: _ACCOUNT, 403: _ACCOUNT, 404: _ACCOUNT, 429: _BUSY}
    verdict = _VERDICTS.get(code) or by_status.get(response.status, _MESSAGE)
    word = "opted_out" if verdict is _OPTED_OUT else str(code)
    return refusal(response, verdict=verdict, code=word)
