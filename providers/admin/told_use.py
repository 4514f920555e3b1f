"""How an account has been used, in words: breaker, outages, changes of its points."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from providers import weights
from providers.models import Account, Breaker, Outage, WeightChange


def breaker_of(account: Account) -> str:
    """Whether it is called at present, and when it was not of late; two queries."""
    lately = Outage.objects.filter(account=account)[: weights.SHOWN]
    lines = [_now(account), *map(_outage, lately)]
    return format_html_join("", "{}<br>", ((one,) for one in lines))


def _now(account: Account) -> str:
    found = Breaker.objects.filter(account=account).first()
    if found is None or found.open_until is None:
        return _("It is called whenever it is its turn.")
    return _(
        "Its calls failed one after the other, since %(since)s. Others take over where "
        "there are any; it is tried again at %(again)s."
    ) % {"since": _time(found.opened_at), "again": _time(found.open_until)}


def _outage(one: Outage) -> str:
    if one.ended_at is None:
        return _("Not called since %(began)s") % {"began": _time(one.began_at)}
    return _("Not called from %(began)s to %(ended)s") % {
        "began": _time(one.began_at),
        "ended": _time(one.ended_at),
    }


def changes_of(account: Account) -> str:
    """The latest changes, newest first."""
    told = [_told(one) for one in weights.history(account)]
    return format_html_join("", "{}<br>", ((one,) for one in told)) or _("none")


def _told(one: WeightChange) -> str:
    reason = str(weights.REASONS.get(one.reason, one.reason))
    detail = f" ({one.detail})" if one.detail else ""
    return f"{_time(one.at)}: {one.before} → {one.after}. {reason}{detail}"


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
