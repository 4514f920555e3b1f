"""The Common Document Generation Service of British Columbia, CDOGS.

https://github.com/bcgov/common-document-generation-service: POST
/template/{id}/render fills a template that was uploaded there before, POST
/template/render one that comes along: so texts are filled in that are written as CDOGS
reads them, with {d.name} for a param.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers import mapping
from providers.answers import Verdict, asking, exchange, json_bytes, refusal
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent
from providers.services import DocumentOrder, TextOrder, TextService
from providers.tokens import ClientCredentials

_MOST_BYTES = 10_000_000
_CHECK_SECONDS = 10.0
_ID = re.compile(r"[\w.-]{1,128}")

_NO_TEMPLATE = Verdict(
    Permanent, _lazy("CDOGS has no template of this id. Upload it there again.")
)
_UNREADABLE = Verdict(
    Permanent, _lazy("CDOGS cannot fill this template with these params.")
)
_TOKEN = Verdict(
    Misconfigured, _lazy("CDOGS refused the client's token. Check its permissions.")
)
_VERDICTS = {
    400: _UNREADABLE,
    401: _TOKEN,
    403: _TOKEN,
    404: _NO_TEMPLATE,
    405: _UNREADABLE,
    422: _UNREADABLE,
}


@dataclass(frozen=True)
class CdogsConfig(ProviderConfig):
    """Where CDOGS and its tokens are, and by which client."""

    base_url: str = option(
        _lazy("Address"),
        help=_lazy("Such as https://cdogs.api.gov.bc.ca/api/v2"),
        url=True,
    )
    token_url: str = option(_lazy("Address of tokens"), url=True)
    client_id: str = option(_lazy("Client id"))
    client_secret: SecretStr = option(_lazy("Client secret"))
    template: str | None = option(
        _lazy("Template"),
        help=_lazy("Its id in CDOGS. Empty: each attachment names one."),
        pattern=_ID.pattern,
    )


class Cdogs(TextService):
    """Fills a template; the answer is the file itself."""

    label = "CDOGS"
    renderer = "cdogs"
    docs_url = "https://github.com/bcgov/common-document-generation-service"
    config_class = CdogsConfig

    def __init__(self, config: ProviderConfig) -> None:
        super().__init__(config)
        self._client = ClientCredentials(
            self.config.token_url, self.config.client_id, self.config.client_secret
        )

    def make(self, order: DocumentOrder) -> bytes:
        """One POST, and one more with a fresh token where the first was not taken."""
        template = order.template or self.config.template or ""
        if not _ID.fullmatch(template):
            raise Permanent(
                _("No template of CDOGS is named, neither here nor in the service."),
                code="no_template",
            )
        # No reportName: CDOGS would fill in what looks like a field of a template.
        options = {"convertTo": order.form}
        body = json_bytes({"data": renamed(order.data), "options": options})
        return self._made(f"template/{quote(template)}/render", body)

    def fill(self, order: TextOrder) -> str:
        """One POST, as above; what it answers is UTF-8."""
        form = "html" if order.html else "txt"
        template = {
            "content": base64.b64encode(order.source.encode()).decode(),
            "encodingType": "base64",
            "fileType": form,
        }
        data, options = renamed(order.data), {"convertTo": form}
        asked = {"data": data, "options": options, "template": template}
        made = self._made("template/render", json_bytes(asked))
        try:
            text = made.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Permanent(
                _("CDOGS answered something that is no text."), code="no_text"
            ) from None
        return text if order.html else _as_text(text)

    @classmethod
    def reads(cls, source: str) -> Sequence[str]:
        """Of a list its name; what stands in a formatter is not looked at."""
        return tuple(dict.fromkeys(_FIELD.findall(source)))

    @classmethod
    def lacks(cls, source: str, data: Mapping[str, Any]) -> Sequence[str]:
        """By their names in CDOGS."""
        known = renamed(data)
        return [
            one for one in cls.reads(source) if mapping.at(known, one) is mapping.ABSENT
        ]

    def _made(self, path: str, body: bytes) -> bytes:
        response = self._ask("POST", path, body, self.call_seconds)
        if response.status == 200 and response.truncated:
            raise Permanent(_("The file has more than 10 MB."), code="too_large")
        if response.status == 200:
            return response.body
        with asking():
            raise refusal(response, verdict=_VERDICTS.get(response.status))

    def check(self) -> str:
        """Ask which kinds of files it reads: it takes a token, and makes nothing."""
        response = self._ask("GET", "fileTypes", None, _CHECK_SECONDS)
        if response.status == 200:
            return _("CDOGS takes the client's token.")
        with asking():
            raise refusal(response, verdict=_VERDICTS.get(response.status))

    def _ask(
        self, method: str, path: str, body: bytes | None, seconds: float
    ) -> egress.Response:
        """Nothing is lost by asking again, so no answer is Temporary."""
        response = self._once(method, path, body, seconds)
        if response.status == 401:
            self._client.forget()
            response = self._once(method, path, body, seconds)
        return response

    def _once(
        self, method: str, path: str, body: bytes | None, seconds: float
    ) -> egress.Response:
        headers = {"Authorization": f"Bearer {self._client.token()}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with asking():
            return exchange(
                method,
                f"{self.config.base_url.rstrip('/')}/{path}",
                headers=headers,
                body=body,
                total_seconds=seconds,
                max_bytes=_MOST_BYTES,
            )


_WORD = re.compile(r"[^0-9A-Za-z_]")
# {d.name}, {d.address.city:upperCase}, {d.rows[i].price}: of the last, rows.
_FIELD = re.compile(r"\{d\.(\w+(?:\.\w+)*)", re.ASCII)


def _as_text(made: str) -> str:
    """CDOGS escapes values for XML in every kind of file, plain text too."""
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        made = made.replace(entity, character)
    return made


def renamed(data: Any) -> Any:
    """Names as CDOGS reads them, letters, digits and underscores: a-b is a_b there.

    Raises Permanent where two would become one.
    """
    if isinstance(data, list):
        return [renamed(one) for one in data]
    if not isinstance(data, Mapping):
        return data
    made = {_WORD.sub("_", str(name)): renamed(one) for name, one in data.items()}
    if len(made) < len(data):
        raise Permanent(
            _("Two params would have one name in CDOGS. Map one to another name."),
            code="names_collide",
        )
    return made
