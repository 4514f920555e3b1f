"""A POST that makes something: answered 201, and once under an Idempotency-Key.

The rows of keys are the events app's, which lies above: settings.ANSWER_ONCE names the
function that keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.callers import Caller, caller_of

HEADER = "Idempotency-Key"
KEY = OpenApiParameter(
    HEADER,
    location=OpenApiParameter.HEADER,
    required=False,
    description=_lazy("Equal requests under one key are answered once, for 24 hours."),
)

Body = Mapping[str, Any]


class Once(Protocol):
    """The first answer's body, and whether it was given before.

    `make` runs in the transaction that stores the key; what it raises leaves the key
    free. Raises Invalid for another body under the key, and Conflict while an equal
    request takes too long.
    """

    def __call__(
        self,
        caller: Caller,
        endpoint: str,
        text: str,
        given: Body,
        make: Callable[[], Body],
    ) -> tuple[Body, bool]: ...


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
        once = cast(Once, import_string(settings.ANSWER_ONCE))
        given = cast(Body, request.data)  # the parser gives objects only
        body, replayed = once(caller_of(request), endpoint, text, given, make)
    headers = {"Location": f"{settings.PUBLIC_URL}{place(body)}"}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status=201, headers=headers)
