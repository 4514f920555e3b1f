"""What asks for a fresh proof of who one is: one table that can be read aloud.

Keys, secrets, roles, log-ins and passwords, replaying, exports, and publishing what is
sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from django.contrib.admin.utils import unquote as unquote_part
from django.http import HttpRequest

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ROWS = ("add", "change", "delete")

# Whole models: adding, changing and deleting a row.
_MODELS = (
    "tenants_apikey",
    "tenants_jwtissuer",
    "tenants_membership",
    "tenants_user",
    "providers_account",
    "providers_service",
    "callbacks_endpoint",
)
# Buttons above a form.
_STEPS: Mapping[str, frozenset[str]] = {
    "tenants_apikey": frozenset({"rotate", "revoke"}),
    "tenants_membership": frozenset({"take_factor_away"}),
    "tenants_user": frozenset({"take_factor_away", "unlink"}),
    "providers_account": frozenset({"renew_receipts_address"}),
    "callbacks_endpoint": frozenset({"new_secret", "recover"}),
    "callbacks_callback": frozenset({"resend"}),
    "delivery_notification": frozenset({"replay"}),
    "recipients_group": frozenset({"save_csv"}),
    "recipients_subscriberlist": frozenset({"save_csv"}),
    "templates_app_template": frozenset({"publish"}),
    "events_eventtype": frozenset({"publish"}),
}
# Other pages, by a POST; where a field is named, by one that has it.
_PAGES: Mapping[str, str] = {
    "auth_user_password_change": "",
    "delivery_notification_dead": "",
    "events_eventtype_import": "take_over",
    "password_change": "",
    "events_eventtype_roll_back": "",
    "templates_app_template_roll_back": "",
    "second_factor": "",
}
# Files that leave: a GET is the act.
_EXPORTS = frozenset({"delivery_dailycount_csv", "events_eventtype_export"})
_FORMS = frozenset(f"{model}_{name}" for model in _MODELS for name in _ROWS)


def asks(request: HttpRequest) -> bool:
    """Whether what this request does asks for a fresh proof."""
    match = request.resolver_match
    name = (match and match.url_name) or ""
    if name in _EXPORTS:
        return True
    if match is None or request.method in _SAFE:
        return False
    if name in _PAGES:
        return not _PAGES[name] or _PAGES[name] in request.POST
    model, _under, last = name.rpartition("_")
    if last == "do":
        step = unquote_part(unquote(str(match.kwargs.get("name", ""))))
        return step in _STEPS.get(model, frozenset())
    return name in _FORMS


def names() -> frozenset[str]:
    """All pages of the table, so that a test can look whether each is there."""
    steps = {f"{model}_do" for model in _STEPS}
    return _FORMS | _EXPORTS | _PAGES.keys() | steps


def steps() -> Mapping[str, frozenset[str]]:
    """The buttons of the table, by model."""
    return _STEPS
