"""The door of every page of the admin: nonsense is refused in words, and times are
those of the tenant that one works in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import wraps
from zoneinfo import ZoneInfo

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.api.pages import NotUnderstood
from tenants.workplace import workplace_of

View = Callable[..., HttpResponse]

log = structlog.get_logger(__name__)


def guarded(view: View) -> View:
    """The view with its page rendered; raises NotUnderstood for what no row can hold.

    Rendering happens here, because lists ask the database as late as that.
    """

    @wraps(view)
    def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        _refuse_nul(request)
        with timezone.override(zone_of(request)):
            try:
                answer = view(request, *args, **kwargs)
                if isinstance(answer, SimpleTemplateResponse):
                    answer.render()
            except (DataError, OverflowError) as error:
                log.warning("value_out_of_range", exc_info=error)
                raise NotUnderstood(
                    _("A number or date is larger than anything kept here. Change it.")
                ) from None
        return answer

    return entered


def zone_of(request: HttpRequest) -> tzinfo:
    """The time zone of the tenant that one works in; UTC above all tenants."""
    tenant = workplace_of(request).tenant
    return ZoneInfo(tenant.time_zone) if tenant else UTC


def _refuse_nul(request: HttpRequest) -> None:
    """PostgreSQL stores no such sign, and fails at being asked for it."""
    given = [request.path, *request.GET]
    given += [value for values in request.GET.lists() for value in values[1]]
    if any("\x00" in one for one in given):
        raise NotUnderstood(
            _("The address has a sign in it that no text here can hold. Take it away.")
        )
