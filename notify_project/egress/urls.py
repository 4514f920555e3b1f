"""What a URL must look like before anything is looked up or sent."""

from __future__ import annotations

import re
from typing import NamedTuple

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from notify_project.egress.errors import EgressRefused

_LONGEST = 8_192  # presigned storage URLs with a session token pass 2,000
_DEFAULT_PORTS = {"https": 443, "http": 80}
# Backslashes, blanks and controls are what parsers disagree about.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
# The parser takes an empty one ("https://@host") for none.
_USERINFO = re.compile(r"[^/?#]*//[^/?#]*@")
# After IDNA. No "%": neither escapes nor IPv6 zones belong into a host.
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]")


class Target(NamedTuple):
    """A URL in parts: `host` without brackets, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str


def read_url(url: str) -> Target:
    """Take a URL apart, once, for judging and sending alike; a fragment is dropped.

    International names become punycode. Raises EgressRefused.
    """
    if len(url) > _LONGEST or _FORBIDDEN.search(url):
        raise EgressRefused("url")
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise EgressRefused("url") from None  # its text repeats the URL
    if _USERINFO.match(url):
        raise EgressRefused("userinfo")
    if parts.scheme not in _DEFAULT_PORTS:
        raise EgressRefused("scheme" if parts.scheme and parts.host else "url")
    if parts.host is None or not _HOST.fullmatch(parts.host) or parts.port == 0:
        raise EgressRefused("url")
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return Target(parts.scheme, parts.host.strip("[]"), port, parts.request_uri)
