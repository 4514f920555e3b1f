"""Any program of a tenant's that makes files: one POST of JSON, one answer.

The body is the service's data. The answer is the file itself, or JSON in which the file
lies in base64.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from providers import mapping
from providers.answers import asking, exchange, json_bytes, refusal
from providers.config import option
from providers.errors import Permanent
from providers.programs import ProgramConfig, check_path
from providers.services import DocumentOrder, DocumentService

_MOST_BYTES = 14_000_000  # 10 MB, in base64


@dataclass(frozen=True)
class HttpConfig(ProgramConfig):
    """And where the file is in its answer."""

    content: str | None = option(
        _lazy("Where the file is in the answer"),
        help=_lazy(
            "Empty: the answer is the file. Else names with dots between, as in "
            "result.file: the answer is JSON, and the file in base64."
        ),
        check=check_path,
    )


class HttpDocuments(DocumentService):
    """Any 2xx is success."""

    label = _lazy("A program over HTTP")
    docs_url = "https://www.rfc-editor.org/rfc/rfc9110"
    config_class = HttpConfig

    def make(self, order: DocumentOrder) -> bytes:
        """One POST of {"data", "template", "convertTo", "name"}."""
        body = {"data": order.data, "convertTo": order.form, "name": order.name}
        if order.template:
            body["template"] = order.template
        with asking():
            response = exchange(
                "POST",
                self.config.url,
                headers={
                    "Content-Type": "application/json",
                    **self.config.credentials(),
                },
                body=json_bytes(body),
                total_seconds=self.call_seconds,
                max_bytes=_MOST_BYTES,
            )
            if not 200 <= response.status < 300:
                raise refusal(response)
        if response.truncated:
            raise Permanent(_("The file has more than 10 MB."), code="too_large")
        return self._file(response.body)

    def check(self) -> str:
        """Reach the host by HEAD, whatever it answers: nothing is made."""
        with asking():
            response = exchange(
                "HEAD", self.config.url, headers=self.config.credentials()
            )
        return _("The server was reached and said %(status)s to a HEAD request.") % {
            "status": response.status
        }

    def _file(self, body: bytes) -> bytes:
        if not self.config.content:
            return body
        try:
            text = mapping.at(json.loads(body), self.config.content)
            return base64.b64decode(text, validate=True)
        except (ValueError, TypeError, RecursionError, binascii.Error):
            raise Permanent(
                _("The service's answer has no file in base64 at %(path)s.")
                % {"path": self.config.content},
                code="no_file",
            ) from None
