"""The form of an account: what all have, and what its provider declares."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from providers.config import ProviderConfig
from providers.forms import ConfigForm
from providers.models import Account
from providers.registry import channel_of, provider_class
from tenants.admin.forms import AdminForm

_NAME_IS_ADDRESS = _("The destination's name: requests write it in recipients.to.")
PREFIX = "config"
COMMON = ("name", "active", "priority", "weight")


def config_fields(provider: str) -> tuple[str, ...]:
    """Names of the provider's fields in the form of an account."""
    config_class: type[ProviderConfig] = provider_class(provider).config_class
    return tuple(f"{PREFIX}-{one.name}" for one in config_class.options())


def config_form(provider: str, account: Account | None, data: Any) -> ConfigForm:
    """The provider's part; judging it may ask the DNS: not in a transaction."""
    return ConfigForm(
        provider_class(provider).config_class,
        data,
        prefix=PREFIX,
        stored=account.config if account else None,
    )


class AccountForm(AdminForm):
    """One form to see; the provider's part is judged by its Config class.

    `provider` is set by AccountsAdmin.get_form, `checked` is the provider's part as it
    was judged before the transaction began.
    """

    provider: ClassVar[str] = ""
    checked: ClassVar[ConfigForm | None] = None

    class Meta:
        model = Account
        fields = COMMON

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.instance.provider = self.provider
            self.instance.channel = channel_of(self.provider).code
        account = None if self.is_new else self.instance
        self.part = self.checked or config_form(
            self.provider, account, self.data if self.is_bound else None
        )
        for name, field in self.part.fields.items():
            self.fields[f"{PREFIX}-{name}"] = field
        destination = channel_of(self.provider).addresses_are_accounts
        self.fields["name"].help_text = _NAME_IS_ADDRESS if destination else ""

    def __getitem__(self, name: str) -> BoundField:
        """A provider's field is bound to the provider's part of the form."""
        inner = name.removeprefix(f"{PREFIX}-")
        return self.part[inner] if inner != name else super().__getitem__(name)

    def _clean_fields(self) -> None:
        own = {n: f for n, f in self.fields.items() if not n.startswith(f"{PREFIX}-")}
        every, self.fields = self.fields, own
        try:
            super()._clean_fields()  # type: ignore[misc]
        finally:
            self.fields = every

    def clean(self) -> Any:
        """The provider's sentences land beside the provider's fields."""
        cleaned = super().clean()
        if self.part.is_valid():
            self.instance.config = self.part.values()
            return cleaned
        for name, sentences in self.part.errors.items():
            place = f"{PREFIX}-{name}" if name in self.part.fields else None
            self.add_error(place, sentences)
        return cleaned
