"""API keys: issued, rotated and revoked; their text is shown on one page, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from tenants import keys
from tenants.admin.audited import user_of
from tenants.admin.base import TenantAdmin
from tenants.admin.choices import (
    ChannelsField,
    NetworksField,
    ScopesField,
    channel_label,
    in_words,
)
from tenants.admin.forms import AdminForm, StepForm
from tenants.admin.steps import step
from tenants.errors import InvalidKeySettings
from tenants.models import ApiKey
from tenants.models.credentials import Scope, default_scopes

_SHORT = {
    Scope.SEND: gettext_lazy("send"),
    Scope.READ: gettext_lazy("see"),
    Scope.MANAGE: gettext_lazy("change"),
    Scope.CONTENT: gettext_lazy("see content"),
}
_LIVES = (
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("1 year")),
    (730, gettext_lazy("2 years")),
)


class NewKeyForm(StepForm):
    """What a key may do, from where, and for how long."""

    field_names = {"keyType": "key_type", "expiresAt": "days"}

    scopes = ScopesField(initial=default_scopes)
    channels = ChannelsField()
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        choices=_LIVES,
        initial=365,
        coerce=int,
        widget=UnfoldAdminSelectWidget,
    )
    allowed_addresses = NetworksField()

    class Meta:
        model = ApiKey
        fields = ("name", "key_type", "scopes", "channels", "allowed_addresses")

    def step(self) -> ApiKey:
        if self.tenant is None:  # the page is closed without one
            raise InvalidKeySettings(_("Choose a tenant first."))
        given = self.cleaned_data
        key, text = keys.issue(
            self.tenant,
            name=given["name"],
            key_type=given["key_type"],
            scopes=given["scopes"],
            channels=given["channels"],
            life=timedelta(days=given["days"]),
            created_by=self.user,
        )
        if given["allowed_addresses"]:
            key.allowed_addresses = given["allowed_addresses"]
            key.save(update_fields=["allowed_addresses"])
        key.text = text  # type: ignore[attr-defined]
        return key


class KeyForm(AdminForm):
    """A key's rights are fixed; its name and where it may come from are not."""

    allowed_addresses = NetworksField()

    class Meta:
        model = ApiKey
        fields = ("name", "allowed_addresses")


@admin.register(ApiKey)
class ApiKeysAdmin(TenantAdmin):
    """No page ever shows a key again."""

    list_display = (
        *("name", "shown_prefix", "state", "shown_scopes"),
        *("expires_at", "last_used_at"),
    )
    list_filter = ("key_type",)
    search_fields = ("name", "prefix")
    steps = ("rotate", "revoke")
    empty_title = gettext_lazy("No API keys yet")
    empty_text = gettext_lazy(
        "A program shows its key in the X-API-KEY header. Start with a test key: what "
        "it sends is accepted and never reaches anybody."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = KeyForm if obj else NewKeyForm
        kwargs["fields"] = kwargs["form"].Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            names = ("name", "key_type", "scopes", "channels", "days")
            return ((None, {"fields": (*names, "allowed_addresses")}),)
        return (
            (None, {"fields": ("name", "allowed_addresses")}),
            (
                _("The key"),
                {
                    "fields": (
                        "shown_prefix",
                        "told_state",
                        "told_scopes",
                        "shown_channels",
                        "created_by",
                    )
                },
            ),
            (
                _("Times"),
                {"fields": ("created_at", "expires_at", "revoked_at", "last_used_at")},
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        times = ("created_at", "expires_at", "revoked_at", "last_used_at")
        rights = ("told_scopes", "shown_channels")
        return ("shown_prefix", "told_state", *rights, "created_by", *times)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        return self._shown_once(request, obj, obj.text)

    @step(
        gettext_lazy("Rotate"),
        icon="autorenew",
        ask=gettext_lazy(
            "Make a new key with the same rights? This one works on for 7 days."
        ),
        when=lambda key: _is_alive(key),
    )
    def rotate(self, request: HttpRequest, obj: ApiKey) -> HttpResponse:
        """A new key; the old one ends in a week."""
        new, text = keys.rotate(obj, by=user_of(request))
        self.audit(request, "changed", obj)
        self.audit(request, "created", new)
        return self._shown_once(request, new, text)

    @step(
        gettext_lazy("Revoke"),
        icon="block",
        danger=True,
        ask=gettext_lazy("End this key at once? Programs that use it are refused."),
        when=lambda key: _is_alive(key),
    )
    def revoke(self, request: HttpRequest, obj: ApiKey) -> str:
        """It is refused everywhere within seconds."""
        keys.revoke(obj)
        self.audit(request, "changed", obj)
        return _("The key is revoked.")

    def _shown_once(self, request: HttpRequest, key: ApiKey, text: str) -> HttpResponse:
        return self.page(
            request,
            "admin/notify/shown_once.html",
            {
                "title": _("New API key"),
                "object": key,
                "secret": text,
                "text": _(
                    "Put it where your program keeps its secrets. It goes into the "
                    "X-API-KEY header."
                ),
                "next_url": self.url("changelist"),
            },
        )

    @display(description=gettext_lazy("key id"), ordering="prefix")
    def shown_prefix(self, obj: ApiKey) -> str:
        return f"ntf_{obj.key_type}_{obj.prefix}"

    @display(description=gettext_lazy("Rights"))
    def shown_scopes(self, obj: ApiKey) -> str:
        return ", ".join(str(word) for one, word in _SHORT.items() if one in obj.scopes)

    @display(description=gettext_lazy("Rights"))
    def told_scopes(self, obj: ApiKey) -> str:
        return in_words(obj.scopes)

    @display(description=gettext_lazy("channels"))
    def shown_channels(self, obj: ApiKey) -> str:
        return ", ".join(map(channel_label, obj.channels)) or _("all")

    @display(
        description=gettext_lazy("state"),
        label={
            "live": "success",
            "team": "warning",
            "test": "info",
            "revoked": "danger",
            "expired": "warning",
        },
    )
    def state(self, obj: ApiKey) -> tuple[str, str]:
        if obj.revoked_at is not None:
            return "revoked", _("Revoked")
        if not _is_alive(obj):
            return "expired", _("Expired")
        return obj.key_type, str(obj.get_key_type_display()).partition(":")[0]

    @display(description=gettext_lazy("state"))
    def told_state(self, obj: ApiKey) -> str:
        return str(self.state(obj)[1])


def _is_alive(key: ApiKey) -> bool:
    return key.revoked_at is None and key.expires_at > timezone.now()
