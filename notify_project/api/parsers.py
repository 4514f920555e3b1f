"""How a request's body is read: bounded before and while reading, JSON only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from django.http import HttpRequest
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from notify_project.api.json_paths import JsonValue
from notify_project.api.strict_json import parse_object
from notify_project.errors import Malformed, TooLarge, UnsupportedMedia

SMALL_BODY_BYTES = 1024 * 1024
# Attachments of 25 MB are 33.4 MB in base64; the rest is for the words around them.
SEND_BODY_BYTES = 36 * 1024 * 1024

_PIECE_BYTES = 1024 * 1024


class StrictJSONParser(BaseParser):
    """`application/json` (and `+json`) in UTF-8, uncompressed, an object, no oddities.

    The view's `body_limit_bytes` bounds the body (1 MB without it). Raises
    UnsupportedMedia, TooLarge and Malformed. Takes every media type, to refuse the
    others with a sentence: list it last where a view has more parsers.
    """

    media_type = "*/*"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, JsonValue]:
        context = parser_context or {}
        request: Request = context["request"]
        limit = getattr(context.get("view"), "body_limit_bytes", SMALL_BODY_BYTES)
        _check_media_type(media_type or "")
        _check_encoding(request.META.get("HTTP_CONTENT_ENCODING", ""))
        return parse_object(read_body(stream, request.META, limit_bytes=limit))


class BodyRequest(Request):
    """DRF's request, which does not take a chunked or an empty body for `{}`.

    WSGI gives a chunked body no length, and DRF reads no length as no body: the
    request would be answered as if nothing had been sent.
    """

    def _load_stream(self) -> None:
        if _is_chunked(self._request):
            self._stream = self._request.META["wsgi.input"]
        else:
            super()._load_stream()  # type: ignore[misc]  # private, so not in the stubs
            self._stream = getattr(self, "_stream", None) or BytesIO()


def read_body(stream: IO[bytes], meta: Mapping[str, Any], *, limit_bytes: int) -> bytes:
    """The whole body; never holds more than the limit and one piece of it.

    Content-Length is looked at first, so that an honest large body is refused unread;
    what comes is counted as well, because lengths lie and chunks have none.
    """
    expected = _content_length(meta)
    if expected is not None and expected > limit_bytes:
        raise _too_large(limit_bytes)
    body = b"".join(_pieces(stream, limit_bytes))
    if expected is not None and len(body) < expected:
        raise _incomplete(
            _(
                "The body ended after %(came)d of the %(expected)d bytes that "
                "Content-Length promised."
            )
            % {"came": len(body), "expected": expected}
        )
    return body


def _pieces(stream: IO[bytes], limit_bytes: int) -> Iterator[bytes]:
    left = limit_bytes
    while piece := _read(stream, min(_PIECE_BYTES, left + 1)):
        left -= len(piece)
        if left < 0:
            raise _too_large(limit_bytes)
        yield piece


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except Exception as error:
        # Each server has errors of its own for chunks that make no sense.
        raise _incomplete(_("The body could not be read to its end.")) from error


def _incomplete(what: str) -> Malformed:
    return Malformed(
        _("%(what)s Send it again.") % {"what": what}, code="incomplete_body"
    )


def _is_chunked(request: HttpRequest) -> bool:
    # A server that does not mark the end (wsgi.input_terminated) would block a read.
    return (
        "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        and bool(request.META.get("wsgi.input_terminated"))
        and not request.META.get("CONTENT_LENGTH")
    )


def _content_length(meta: Mapping[str, Any]) -> int | None:
    text = str(meta.get("CONTENT_LENGTH") or "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Malformed(_("Content-Length is not a number of bytes."))
    return int(text)


def _check_media_type(header: str) -> None:
    if not header:
        raise UnsupportedMedia(
            _(
                "The request has no Content-Type. Send JSON, with "
                "Content-Type: application/json."
            )
        )
    media_type, parameters = parse_header_parameters(header)
    kind, _slash, subtype = media_type.partition("/")
    if kind != "application" or not (subtype == "json" or subtype.endswith("+json")):
        raise UnsupportedMedia(
            _(
                'The body is declared as "%(given)s". Send JSON, with '
                "Content-Type: application/json."
            )
            % {"given": media_type[:80]}
        )
    charset = parameters.get("charset", "utf-8").strip().lower()
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedMedia(
            _('The charset "%(given)s" is not read. Send UTF-8.')
            % {"given": charset[:40]},
            code="unsupported_charset",
        )


def _check_encoding(encoding: str) -> None:
    if encoding.strip().lower() not in ("", "identity"):
        raise UnsupportedMedia(
            _('Content-Encoding "%(given)s" is not read. Send the body as it is.')
            % {"given": encoding[:40]},
            code="unsupported_encoding",
        )


def _too_large(limit_bytes: int) -> TooLarge:
    return TooLarge(
        _(
            "The body is larger than the %(limit)d MB (of 1,048,576 bytes) that this "
            "address takes. Send less, or fewer attachments, at a time."
        )
        % {"limit": limit_bytes // 1024 // 1024}
    )
