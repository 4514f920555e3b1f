"""Query parameters: those of an endpoint and no others, fit to be looked up."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework.request import Request

from notify_project.errors import Invalid, Malformed


class UnknownParameter(Invalid):
    """A query parameter that the endpoint does not have."""

    code = "unknown_parameter"
    title = gettext_noop("The address has an unknown parameter")


def known(request: Request, *names: str) -> Mapping[str, str]:
    """The request's query parameters, all of which are among `names`.

    Of one that is given several times the last counts. A mistyped filter would find
    everything, and a mistyped `preview` would send: raises UnknownParameter, and
    Malformed for U+0000, which no database can compare with.
    """
    given = {name: str(request.query_params[name]) for name in request.query_params}
    for name, value in given.items():
        if name not in names:
            raise UnknownParameter(
                _("There is no parameter %(name)s here. Known are: %(known)s.")
                % {"name": repr(name)[:60], "known": ", ".join(names) or "none"},
                field=name[:60],
            )
        if "\x00" in value:
            raise Malformed(
                _("%(name)s holds U+0000, which is not text.") % {"name": name},
                field=name,
                code="not_text",
            )
    return given
