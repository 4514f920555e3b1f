"""A POST that makes something: answered 201, and once under an Idempotency-Key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.callers import caller_of
from tenants.replaying import Body, keeper

HEADER = "Idempotency-Key"
KEY = OpenApiParameter(
    HEADER,
    location=OpenApiParameter.HEADER,
    required=False,
    description=_lazy("Equal requests under one key are answered once, for 24 hours."),
)


def created(
    request: Request,
    endpoint: str,
    make: Callable[[], Body],
    *,
    place: Callable[[Body], str],
) -> Response:
    """201 with what `make` made, and its `place` (a path) as Location."""
    text = request.headers.get(HEADER)
    if text is None:
        body, replayed = make(), False
    else:
        body, replayed = keeper()(
            caller_of(request),
            endpoint,
            text,
            cast(Body, request.data),  # the parser gives objects only
            lambda: cast(Body, json.loads(JSONRenderer().render(make()))),
        )
    headers = {"Location": f"{settings.PUBLIC_URL}{place(body)}"}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status=201, headers=headers)
