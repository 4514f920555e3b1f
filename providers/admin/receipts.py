"""An account's part of the admin that is about receipts: the address, and a new one."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from providers import accounts, doors
from providers.models import Account
from tenants.admin.steps import step


def reports(key: str) -> bool:
    """Whether the provider tells later what became of messages."""
    return "receipts" in accounts.capabilities(key) and not key.endswith(".sandbox")


def fields_of(account: Account | None) -> tuple[str, ...]:
    """What the form shows; an account that is new has no address yet."""
    return ("receipts_at", "receipt_networks") if account else ("receipt_networks",)


class ReceiptsOfAccount:
    """A column and a button of the admin of accounts."""

    audit: Callable[[HttpRequest, str, Account], None]

    @step(
        gettext_lazy("New receipt address"),
        ask=gettext_lazy(
            "The address where the provider reports gets a new token. Give it to the "
            "provider: the present address goes on for some days only."
        ),
        icon="autorenew",
        when=lambda row: reports(row.provider),
    )
    def renew_receipts_address(self, request: HttpRequest, obj: Account) -> str:
        """Another token; the last one opens for a while yet."""
        doors.renew(obj)
        accounts.offers.forget()
        self.audit(request, "changed", obj)
        return _("The account has a new receipt address: %(address)s") % {
            "address": doors.address(obj)
        }

    @display(description=gettext_lazy("address for receipts"))
    def receipts_at(self, obj: Account) -> str:
        """To be set up with the provider, where the account does not say it itself."""
        return doors.address(obj) or _(
            "None: PUBLIC_URL is an address of this machine."
        )
