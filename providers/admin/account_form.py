"""The form of an account: what all have, and what its provider declares."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from providers.admin.configured_form import PREFIX, ConfiguredForm, part_of
from providers.config import ProviderConfig
from providers.forms import ConfigForm
from providers.models import Account
from providers.registry import channel_of, provider_class

_NAME_IS_ADDRESS = _("The destination's name: requests write it in recipients.to.")
COMMON = ("name", "active", "priority", "weight")


def config_fields(provider: str) -> tuple[str, ...]:
    """Names of the provider's fields in the form of an account."""
    config_class: type[ProviderConfig] = provider_class(provider).config_class
    return tuple(f"{PREFIX}-{one.name}" for one in config_class.options())


def config_form(provider: str, account: Account | None, data: Any) -> ConfigForm:
    """The provider's part; judging it may ask the DNS: not in a transaction."""
    stored = account.config if account else None
    return part_of(provider_class(provider).config_class, stored, data)


class AccountForm(ConfiguredForm):
    """What all accounts have, and the provider's part."""

    class Meta:
        model = Account
        fields = COMMON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = channel_of(self.provider)
        if self.is_new:
            self.instance.channel = kind.code
        destination = kind.addresses_are_accounts
        self.fields["name"].help_text = _NAME_IS_ADDRESS if destination else ""

    def config_class(self) -> type[ProviderConfig]:
        return provider_class(self.provider).config_class
