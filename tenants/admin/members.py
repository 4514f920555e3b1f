"""Members: who works in a tenant, in which role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from tenants import inviting, people
from tenants.admin.audited import user_of
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import AdminForm, StepForm
from tenants.admin.lost_factor import LostFactor
from tenants.admin.steps import step
from tenants.models import Membership
from tenants.workplace import workplace_of

_ROLES_HELP = gettext_lazy(
    "Administrators do everything in the tenant. Designers write templates and "
    "defaults. Support looks up what became of messages."
)


class NewMemberForm(StepForm):
    """Names a person by their address; a mail invites them."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), widget=UnfoldAdminEmailInputWidget
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Only used for somebody who has no log-in yet."),
    )

    class Meta:
        model = Membership
        fields = ("role",)

    def step(self) -> Membership:
        if self.tenant is None:  # the page is closed without one
            raise people.AlreadyMember(_("Choose a tenant first."))
        member, password = people.add_member(
            self.tenant,
            email=self.cleaned_data["email"],
            name=self.cleaned_data["name"],
            role=self.cleaned_data["role"],
            by_operator=workplace_of(self.request).is_operator,
        )
        member.first_password = password  # type: ignore[attr-defined]
        return member


class MemberForm(AdminForm):
    """The role may change, the person not."""

    class Meta:
        model = Membership
        fields = ("role",)

    def clean_role(self) -> str:
        """A gateway's tenant has one administrator."""
        role = str(self.cleaned_data["role"])
        member: Membership = self.instance
        try:
            people.ensure_one_administrator(member.tenant, role, besides=member)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message) from None
        return role


@admin.register(Membership)
class MembersAdmin(LostFactor, TenantAdmin):
    """Administrators give and take places in their tenant; nobody their own."""

    list_display = ("person", "email", "shown_role", "log_in", "created_at")
    list_filter = ("role",)
    search_fields = ("user__email", "user__name")
    list_select_related = ("user",)
    ordering = ("user__email",)
    steps = ("invite_again", "take_factor_away")
    empty_title = gettext_lazy("Nobody works here yet")
    empty_text = gettext_lazy(
        "Add a person by their e-mail address and give a role: a mail invites them."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = MemberForm if obj else NewMemberForm
        kwargs["fields"] = ("role",)
        made = super().get_form(request, obj, change, **kwargs)
        if "role" in made.base_fields:  # not where the page is for reading only
            made.base_fields["role"].help_text = _ROLES_HELP
        return made

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = ("person", "email", "role") if obj else ("email", "name", "role")
        return ((None, {"fields": names}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("person", "email") if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _own(request, obj)

    def save_model(
        self, request: HttpRequest, obj: Membership, form: Any, change: Any
    ) -> None:
        """A new role begins with a log-in, where it is the person's only one."""
        super().save_model(request, obj, form, change)
        if change and "role" in form.changed_data:
            _log_out(request, obj)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """Who has lost their only place is logged out."""
        super().delete_model(request, obj)
        _log_out(request, obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> Any:
        """An operator sees a new person's first password, on this one page."""
        password = getattr(obj, "first_password", "")
        if not password:
            invited = not workplace_of(request).is_operator
            words = _("The person has a log-in already and can use it.")
            if invited:
                words = _("%(email)s is invited by mail.") % {"email": obj.user.email}
            messages.info(request, words)
            return super().response_add(request, obj, post_url_continue)
        return self.page(
            request,
            "admin/notify/shown_once.html",
            {
                "title": _("First password"),
                "object": obj,
                "secret": password,
                "text": _("Give it to %(person)s. They can change it once logged in.")
                % {"person": obj.user.email},
                "next_url": self.url("changelist"),
            },
        )

    @step(
        gettext_lazy("Invite again"),
        icon="forward_to_inbox",
        when=lambda row: inviting.is_open(row.user),
    )
    def invite_again(self, request: HttpRequest, obj: Membership) -> str:
        """A new link, for who has not set a password yet."""
        with writing():
            inviting.ask(obj)
            self.audit(request, "invited", obj)
        return _("%(email)s is invited by mail.") % {"email": obj.user.email}

    @display(
        description=gettext_lazy("log-in"),
        label={"invited": "warning", "off": "danger", "there": "success"},
    )
    def log_in(self, obj: Membership) -> tuple[str, str]:
        if inviting.is_open(obj.user):
            return "invited", _("Invited")
        if not (obj.user.is_active and obj.user.is_staff):
            return "off", _("Switched off")
        return "there", _("Can log in")

    @display(description=gettext_lazy("person"))
    def person(self, obj: Membership) -> str:
        return str(obj.user)

    @display(description=gettext_lazy("e-mail address"), ordering="user__email")
    def email(self, obj: Membership) -> str:
        return obj.user.email

    @display(
        description=gettext_lazy("role"),
        ordering="role",
        label={"admin": "primary", "designer": "info", "support": "default"},
    )
    def shown_role(self, obj: Membership) -> tuple[str, str]:
        return obj.role, obj.get_role_display()


def _log_out(request: HttpRequest, obj: Membership) -> None:
    by = user_of(request)
    if by is not None:
        people.log_out(obj.user, by=by)


def _own(request: HttpRequest, obj: Any) -> bool:
    """Whether it is the person's own place; an operator may change even that."""
    mine = isinstance(obj, Membership) and obj.user_id == request.user.pk
    return mine and not getattr(request.user, "is_superuser", False)
