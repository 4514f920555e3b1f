"""The base of our endpoints: JSON in, JSON out, a bounded body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.views import APIView

from notify_project.api.parsers import (
    SMALL_BODY_BYTES,
    BodyRequest,
    StrictJSONParser,
)


class JsonView(APIView):
    """An APIView whose `request.data` is always a checked JSON object.

    Authentication and limits come first; the body is read when `request.data` is
    touched. A view without a body simply does not touch it.
    """

    body_limit_bytes: ClassVar[int] = SMALL_BODY_BYTES
    parser_classes: Sequence[type[BaseParser]] = [StrictJSONParser]
    renderer_classes: Sequence[type[BaseRenderer]] = [JSONRenderer]

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> BodyRequest:
        return BodyRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )
