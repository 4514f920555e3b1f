"""A page of one tenant does nothing in another, into which its person has gone since:
in another window, or because their place in the first has ended.

Pages that add something carry the tenant that they were opened in (worked_in.html).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from notify_project.api.pages import elsewhere
from tenants.workplace import workplace_of

View = Callable[..., HttpResponse]
_FIELD = "worked_in"


def of_one_tenant(view: View) -> View:
    """The view, for a page of the tenant that one works in; else one that says so."""

    @wraps(view)
    def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        there = request.POST.get(_FIELD)
        if there is not None and there != _here(request):
            return elsewhere()
        return view(request, *args, **kwargs)

    return entered


def _here(request: HttpRequest) -> str:
    tenant = workplace_of(request).tenant
    return str(tenant.pk) if tenant else ""
