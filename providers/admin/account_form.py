"""The form of an account: what all have, and what its provider declares."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from providers.admin.configured_form import PREFIX, ConfiguredForm, part_of
from providers.config import ProviderConfig
from providers.forms import ConfigForm
from providers.models import Account
from providers.registry import channel_of, provider_class
from tenants.admin.choices import NetworksField

_NAME_IS_ADDRESS = _("The destination's name: requests write it in recipients.to.")
COMMON = (
    *("name", "active", "priority", "resting_point", "weight", "receipt_networks"),
    *("supports_international", "rate_per_second", "concurrency"),
)


def config_fields(provider: str) -> tuple[str, ...]:
    """Names of the provider's fields in the form of an account."""
    config_class: type[ProviderConfig] = provider_class(provider).config_class
    return tuple(f"{PREFIX}-{one.name}" for one in config_class.options())


def config_form(provider: str, account: Account | None, data: Any) -> ConfigForm:
    """The provider's part; judging it may ask the DNS: not in a transaction."""
    stored = account.config if account else None
    part = part_of(provider_class(provider).config_class, stored, data)
    return _locked(part) if account and account.variable else part


def _locked(part: ConfigForm) -> ConfigForm:
    """Shown, and not to be changed here: the environment has these settings."""
    for one in part.fields.values():
        one.disabled = True
    return part


def fields_of_use(key: str, obj: Account | None) -> list[tuple[str | Promise, object]]:
    """Fields on when it is used; a destination of chat is used when it is named."""
    limits = ("rate_per_second", "concurrency")
    if is_destination(key):
        return [(_("Limits"), {"fields": limits})]
    now = ("weight",) if obj is not None else ()
    abroad = ("supports_international",) if channel_of(key).code == "sms" else ()
    return [
        (_("Order of use"), {"fields": ("priority", "resting_point", *now)}),
        (_("Limits"), {"fields": (*abroad, *limits)}),
    ]


def is_destination(key: str) -> bool:
    """Whether an account of this provider is a destination of chat."""
    return channel_of(key).addresses_are_accounts


class AccountForm(ConfiguredForm):
    """What all accounts have, and the provider's part."""

    receipt_networks = NetworksField()

    class Meta:
        model = Account
        fields = COMMON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.variable:
            _locked(self.part)
        kind = channel_of(self.provider)
        if self.is_new:
            self.instance.channel = kind.code
        destination = kind.addresses_are_accounts
        self.fields["name"].help_text = _NAME_IS_ADDRESS if destination else ""
        if kind.code != "sms":
            del self.fields["supports_international"]
        for name in ("resting_point", "weight", "priority"):
            self.fields[name].required = False

    def clean_priority(self) -> int:
        return self._or_as_it_was("priority")

    def clean_resting_point(self) -> int:
        return self._or_as_it_was("resting_point")

    def clean_weight(self) -> int:
        """A new resting point takes the points along, unless they are given too."""
        rests: int = self.cleaned_data.get("resting_point", self.instance.resting_point)
        given: int | None = self.cleaned_data["weight"]
        moved = rests != self.instance.resting_point
        if given is None or (moved and "weight" not in self.changed_data):
            return rests if self.is_new or moved else self.instance.weight
        return given

    def _or_as_it_was(self, name: str) -> int:
        given: int | None = self.cleaned_data[name]
        stored: int = getattr(self.instance, name)
        return stored if given is None else given

    def config_class(self) -> type[ProviderConfig]:
        return provider_class(self.provider).config_class


class ViewForm(AccountForm):
    """Of an account that may only be looked at: no field at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super(ConfiguredForm, self).__init__(*args, **kwargs)

    class Meta:
        model = Account
        fields = ()
