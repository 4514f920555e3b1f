"""A call that a provider makes to us, as its adapter reads it; what is wrong with one.

It comes to the account's own address (doors.py), or to that of all the system's
accounts of a provider. `Provider.verify_hook` says whether it is the provider's,
`Provider.read_hook` what it tells.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from notify_project.errors import Malformed, Unauthenticated

_FIELDS = 500  # of a form: more than any provider sends


class Forged(Unauthenticated):
    """Nothing proves that the provider sent it: one text for every reason."""

    def __init__(self) -> None:
        super().__init__(
            _("The call does not prove to come from the provider of an account here.")
        )


class Unreadable(Malformed):
    """It comes from the provider, and is not what its documents describe."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One call. `url` is the address as the provider was given it, by PUBLIC_URL.

    Header names are in small letters; `password` is that of HTTP Basic authentication.
    `proven` says that it came with a token of the account, in the path or as password.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    proven: bool = False
    password: str = field(default="", repr=False)

    def query(self) -> dict[str, str]:
        """The fields of the address."""
        return _fields(urlsplit(self.url).query)

    def form(self) -> dict[str, str]:
        """The fields of a form; raises Unreadable."""
        try:
            return _fields(self.body.decode("utf-8"))
        except UnicodeDecodeError:
            raise Unreadable(_("The form is not in UTF-8.")) from None

    def json(self) -> dict[str, object]:
        """The JSON object in the body; raises Unreadable."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError):
            read = None
        if not isinstance(read, dict):
            raise Unreadable(_("The body is not a JSON object."))
        return read


def as_uuid(text: str) -> UUID | None:
    """Our own id, as a provider repeats it; None if it is none of ours."""
    try:
        return UUID(text)
    except ValueError:
        return None


def is_listed(password: str, listed: str) -> bool:
    """Whether it is one of several (JSON, or commas between them), in constant time."""
    try:
        known = json.loads(listed)
    except ValueError:
        known = listed.split(",")
    texts = [str(one).strip() for one in known] if isinstance(known, list) else [listed]
    given = password.encode()
    found = [hmac.compare_digest(given, one.encode()) for one in texts if one]
    return bool(given) and any(found)


def _fields(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise Unreadable(_("The form has too many fields.")) from None
    return dict(pairs)


def required(given: Mapping[str, object], *names: str) -> tuple[str, ...]:
    """The texts of fields that have to be there; raises Unreadable naming the first
    that is not."""
    found = tuple(str(given.get(name) or "") for name in names)
    for name, text in zip(names, found, strict=True):
        if not text:
            raise Unreadable(_("%(field)s is missing.") % {"field": name}, field=name)
    return found
