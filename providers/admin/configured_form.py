"""The form of a row whose provider declares fields of its own: accounts, services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.forms import BoundField
from django.http import HttpRequest

from providers.config import ProviderConfig
from providers.forms import ConfigForm
from providers.options import Plain
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import AdminForm

PREFIX = "config"


def part_of(
    config_class: type[ProviderConfig],
    stored: Mapping[str, Plain] | None,
    data: Any,
) -> ConfigForm:
    """The provider's part; judging it may ask the DNS: not in a transaction."""
    return ConfigForm(config_class, data, prefix=PREFIX, stored=stored)


class ConfiguredForm(AdminForm):
    """One form to see; the provider's part is judged by its Config class.

    `provider` is set by the admin's get_form, `checked` is the provider's part as it
    was judged before the transaction began. Subclasses write `config_class`: what the
    provider declares.
    """

    config_class: Callable[[], type[ProviderConfig]]
    provider: ClassVar[str] = ""
    checked: ClassVar[ConfigForm | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.instance.provider = self.provider
        self.part = self.checked or part_of(
            self.config_class(),
            None if self.is_new else self.instance.config,
            self.data if self.is_bound else None,
        )
        for name, field in self.part.fields.items():
            self.fields[f"{PREFIX}-{name}"] = field

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


class ConfiguredAdmin(TenantAdmin):
    """Subclasses write `judged`: the provider's part of what was posted."""

    judged: Callable[[HttpRequest, Any], ConfigForm]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        """Judge the provider's part before the transaction: it may ask the DNS."""
        if request.method == "POST":
            obj = self.get_object(request, object_id) if object_id else None
            allowed = (
                self.has_change_permission(request, obj)
                if obj
                else self.has_add_permission(request)
            )
            if allowed:
                part = self.judged(request, obj)
                part.is_valid()
                request.checked_config = part  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)
