"""The only way out: one guarded, pooled HTTP client with deadlines that hold.

`request` sends, `check_url` judges a URL when it is saved. Nothing is retried and
no redirect is followed; the queue's state machine owns retrying. An error is one
of three: EgressRefused and EgressNotSent (surely nothing was sent) or
EgressNoAnswer (it may have been). docs/decisions/0003-egress-on-urllib3.md.
"""

from notify_project.egress.client import Response, check_url, request
from notify_project.egress.errors import (
    EgressError,
    EgressNoAnswer,
    EgressNotSent,
    EgressRefused,
)
from notify_project.egress.policy import allowed_addresses

__all__ = [
    "EgressError",
    "EgressNoAnswer",
    "EgressNotSent",
    "EgressRefused",
    "Response",
    "allowed_addresses",
    "check_url",
    "request",
]
