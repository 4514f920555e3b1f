"""GET /metrics: for Prometheus, which shows METRICS_TOKEN; for anybody else, nothing.

Figures tell how much a tenant sends and what is broken, so they are not for the world.
Without a token there is no such page.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from notify_project.observability import metrics

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """401 without the token; 404 where none is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(
        token.strip(), settings.METRICS_TOKEN
    ):
        refused = HttpResponse("Show METRICS_TOKEN as a bearer token.\n", status=401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        refused.headers["Content-Type"] = "text/plain; charset=utf-8"
        refused.headers["Cache-Control"] = "no-store"
        return refused
    answer = HttpResponse(metrics.exposition(), content_type=_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer
