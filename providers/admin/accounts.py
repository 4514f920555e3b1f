"""Accounts: choose a provider, fill in what it declares, try the connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from unfold.decorators import display

from notify_project.errors import Conflict
from providers import accounts, deliverability, environment, weights
from providers.admin import told_use
from providers.admin.abilities import abilities
from providers.admin.account_form import (
    COMMON,
    AccountForm,
    ViewForm,
    config_fields,
    config_form,
    fields_of_use,
    is_destination,
)
from providers.admin.by_channel import ChannelFilter, icon
from providers.admin.configured_form import ConfiguredAdmin
from providers.admin.receipts import ReceiptsOfAccount, fields_of, reports
from providers.channels.base import channel, channels
from providers.forms import ConfigForm
from providers.models import Account
from providers.registry import UnknownProvider, provider_class, provider_keys
from tenants.admin.choices import Choice
from tenants.admin.steps import step


class AccountInUse(Conflict):
    """Defaults or messages refer to it."""

    code = "account_in_use"
    title = gettext_noop("The account is in use")


@admin.register(Account)
class AccountsAdmin(ReceiptsOfAccount, ConfiguredAdmin):
    """A tenant's own accounts, and the names of the system's.

    An operator above all tenants makes the system's; in a tenant, that tenant's.
    """

    form = AccountForm
    shows_system_rows = True
    operators_add_above_all = True
    list_display = (
        *("name", "shown_channel", "provider_label", "shown_owner"),
        *("priority", "connection", "active"),
    )
    list_filter = (ChannelFilter, "active")
    search_fields = ("name", "provider")
    ordering = ("channel", "priority", "name")
    steps = ("check_connection", "renew_receipts_address")
    empty_title = gettext_lazy("No accounts yet")
    empty_text = gettext_lazy(
        "An account is a provider with its credentials: a mail server, an SMS service, "
        "a chat's webhook. For chat, each account is one destination."
    )

    # --- Which provider ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """First ask which provider, then show its form."""
        if self.has_add_permission(request) and not request.GET.get("provider"):
            return self.page(
                request,
                "admin/notify/choose.html",
                {
                    "title": _("Add an account: which provider?"),
                    "groups": self._groups(request),
                },
            )
        return super().add_view(request, form_url, extra_context)

    def _groups(self, request: HttpRequest) -> Sequence[tuple[object, list[Choice]]]:
        wanted = request.GET.get("channel")
        return [
            (_heading(one.code), [_choice(key) for key in provider_keys(one.code)])
            for one in channels()
            if wanted in (None, one.code)
        ]

    def _provider(self, request: HttpRequest, obj: Account | None) -> str:
        key = obj.provider if obj else request.GET.get("provider", "")
        try:
            provider_class(key)
        except UnknownProvider:
            if obj is None:
                raise Http404 from None
            raise
        return key

    # --- The form ---

    def judged(self, request: HttpRequest, obj: Account | None) -> ConfigForm:
        return config_form(self._provider(request, obj), obj, request.POST)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, fields=(), form=ViewForm)
        made = super().get_form(request, obj, change, fields=COMMON)
        told = {
            "provider": self._provider(request, obj),
            "checked": getattr(request, "checked_config", None),
        }
        return type(made.__name__, (made,), told)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            names = ("__str__", "provider_label", "shown_channel", "active")
            return ((None, {"fields": names}),)
        key = self._provider(request, obj)
        common = {"fields": ("name", "active"), "description": _about(key, obj)}
        theirs = _with_clearing(key, obj)
        sets = [
            (None, common),
            (provider_class(key).label, {"fields": theirs}),
        ]
        sets += fields_of_use(key, obj)
        if reports(key):
            sets.append((_("Receipts"), {"fields": fields_of(obj)}))
        if obj is not None and not is_destination(key):
            used = ("told_breaker", "told_changes")
            sets.append((_("How it has been used"), {"fields": used}))
        if obj is not None:
            told = ("checked_at", "told_connection", "check_detail", "abilities")
            sets.append((_("Connection"), {"fields": (*told, "created_at")}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        return (
            *("__str__", "provider_label", "shown_channel", "checked_at"),
            *("told_connection", "check_detail", "abilities", "created_at"),
            *("told_breaker", "told_changes", "receipts_at"),
        )

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Points that a person sets are recorded beside those that balancing moves."""
        super().save_model(request, obj, form, change)
        if change and "weight" in form.initial:
            moved = weights.Change(obj.id, form.initial["weight"], obj.weight)
            weights.note([moved], reason=weights.BY_HAND, detail=str(request.user))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        super().log_change(request, obj, message)
        accounts.offers.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            obj.delete()
        except ProtectedError:
            raise AccountInUse(
                _("Messages or defaults refer to this account. Switch it off instead.")
            ) from None
        accounts.offers.forget()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    @step(gettext_lazy("Check connection"), icon="network_check")
    def check_connection(
        self, request: HttpRequest, obj: Account
    ) -> str | HttpResponse | None:
        """Try it without sending; the answer is kept with the account.

        For mail, a page tells what the DNS says of the domains that it comes from.
        """
        well, found = accounts.check(obj)
        found = found or (
            _("The connection works.") if well else _("The connection does not work.")
        )
        if domains := deliverability.of_account(obj):
            told = {"object": obj, "well": well, "found": found, "domains": domains}
            told |= {"next_url": self.url("change", obj.pk)}
            return self.page(request, "admin/notify/connection.html", told)
        if well:
            return found
        messages.error(request, found)
        return None

    # --- Columns ---

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Account) -> str:
        return _label(obj.channel)

    @display(description=gettext_lazy("provider"), ordering="provider")
    def provider_label(self, obj: Account) -> str:
        try:
            return str(provider_class(obj.provider).label)
        except UnknownProvider:
            return obj.provider

    @display(
        description=gettext_lazy("belongs to"),
        label={"system": "default", "tenant": "info"},
    )
    def shown_owner(self, obj: Account) -> tuple[str, str]:
        if obj.variable:
            return "system", _("System, by the environment")
        if obj.tenant is None:
            return "system", _("System")
        return "tenant", obj.tenant.name

    def get_list_display(self, request: HttpRequest) -> Any:
        """Whose each is, the list says at all times."""
        return self.list_display

    def list_note(self, request: HttpRequest) -> str:
        place = self.workplace(request)
        if place.tenant is None and place.is_operator:
            return _(
                "You see all tenants' accounts. One that you add here belongs to the "
                "system: all tenants use it. Choose a tenant to add one of its own."
            )
        return ""

    @display(
        description=gettext_lazy("connection"),
        label={"works": "success", "fails": "danger", "untried": "default"},
    )
    def connection(self, obj: Account) -> tuple[str, str]:
        if obj.check_ok is None:
            return "untried", _("Not tried")
        return ("works", _("Works")) if obj.check_ok else ("fails", _("Fails"))

    @display(description=gettext_lazy("what it can do"))
    def abilities(self, obj: Account) -> str:
        return " ".join(abilities(obj))

    @display(description=gettext_lazy("its calls"))
    def told_breaker(self, obj: Account) -> str:
        return told_use.breaker_of(obj)

    @display(description=gettext_lazy("changes of its points"))
    def told_changes(self, obj: Account) -> str:
        return told_use.changes_of(obj)

    @display(description=gettext_lazy("connection"))
    def told_connection(self, obj: Account) -> str:
        return str(self.connection(obj)[1])


def _heading(code: str) -> object:
    if channel(code).addresses_are_accounts:
        return _("%(channel)s: each account is one destination") % {
            "channel": channel(code).label
        }
    return channel(code).label


def _choice(key: str) -> Choice:
    kind = provider_class(key)
    return Choice(kind.label, "", f"?provider={key}", icon(_code(key)))


def _code(key: str) -> str:
    return channel(key.partition(".")[0]).code


def _label(code: str) -> str:
    return str(channel(code).label)


def _about(key: str, obj: Account | None) -> str:
    if obj is None or obj.tenant_id is not None:
        return ""
    if obj.variable:
        return _(
            "This account belongs to the system: all tenants may use it. Its settings "
            "come from the environment (%(variables)s): change them there, and migrate."
        ) % {"variables": ", ".join(environment.variables_of(obj))}
    return _("This account belongs to the system: all tenants may use it.")


def _with_clearing(key: str, obj: Account | None) -> tuple[str, ...]:
    """Behind each optional secret that is stored, the box that removes it."""
    if obj is None:
        return config_fields(key)
    return tuple(f"config-{name}" for name in config_form(key, obj, None).fields)
