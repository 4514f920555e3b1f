"""Issuers of tokens: operators register them, because a row can draw another tenant's
calls; a tenant's administrators see their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminURLInputWidget

from tenants.admin.base import TenantAdmin
from tenants.admin.choices import ScopesField, in_words
from tenants.admin.forms import AdminForm
from tenants.models import JwtIssuer
from tenants.models.credentials import default_scopes


class IssuerForm(AdminForm):
    """A shared secret goes in and never comes out; empty keeps what is stored."""

    jwks_url = forms.URLField(
        label=_("JWKS address"),
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=_("For RS256 and ES256: where the issuer publishes its keys."),
    )
    scopes = ScopesField(initial=default_scopes)
    new_secret = forms.CharField(
        label=_("Shared secret"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("For HS256 only, 32 bytes or more. Empty keeps what is stored."),
    )

    class Meta:
        model = JwtIssuer
        fields = (
            *("name", "issuer", "audience", "claim", "claim_value"),
            *("algorithm", "jwks_url", "key_type", "scopes", "active"),
        )

    def clean(self) -> Any:
        """The model's own check comes next, and wants the secret in its place."""
        cleaned = super().clean()
        if self.cleaned_data.get("algorithm") != JwtIssuer.Algorithm.HS256:
            self.instance.shared_secret = ""
        elif self.cleaned_data.get("new_secret"):
            self.instance.shared_secret = self.cleaned_data["new_secret"]
        return cleaned

    def _update_errors(self, errors: Any) -> None:
        """What the model says of its secret stands at the field that one sees."""
        told = getattr(errors, "error_dict", {})
        if "shared_secret" in told:
            told["new_secret"] = told.pop("shared_secret")
        super()._update_errors(errors)


@admin.register(JwtIssuer)
class IssuersAdmin(TenantAdmin):
    """A tenant's administrators look; operators change."""

    form = IssuerForm
    list_display = ("name", "issuer", "claim", "claim_value", "algorithm", "active")
    list_filter = ("active", "algorithm")
    search_fields = ("name", "issuer", "claim_value")
    empty_title = _("No token issuers")
    empty_text = _(
        "Programs may show a bearer token instead of an API key. An operator registers "
        "whose tokens mean this tenant."
    )
    readonly_fields = ("created_at",)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["fields"] = IssuerForm.Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        secret = ("new_secret",) if may_change else ()
        scopes = "scopes" if may_change else "told_scopes"
        return (
            (None, {"fields": ("name", "active")}),
            (
                _("Which tokens"),
                {"fields": ("issuer", "audience", "claim", "claim_value")},
            ),
            (_("Signature"), {"fields": ("algorithm", "jwks_url", *secret)}),
            (_("Rights"), {"fields": ("key_type", scopes)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "told_scopes")

    @display(description=_("Rights"))
    def told_scopes(self, obj: JwtIssuer) -> str:
        """For who may only look."""
        return in_words(obj.scopes)
