"""People who can log in: for operators. What they may do is in their memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm

from notify_project.queue.writing import writing
from tenants import auditing, sessions
from tenants.admin.audited import user_of
from tenants.admin.base import OperatorAdmin
from tenants.admin.forms import AdminForm
from tenants.admin.lost_factor import LostFactor
from tenants.admin.steps import step
from tenants.models import User
from tenants.oidc import admitting

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.auth import forms

    BaseUserCreationForm = forms.BaseUserCreationForm[User]
    UserChangeForm = forms.UserChangeForm[User]
else:
    from unfold.forms import UserChangeForm
    from unfold.forms import UserCreationForm as BaseUserCreationForm

_RIGHTS = frozenset({"is_active", "is_staff", "is_superuser"})

# Groups and permissions per person are not used: roles.py decides.
admin.site.unregister(Group)


class NewPersonForm(BaseUserCreationForm):
    """A person with a first password."""

    class Meta:
        model = User
        fields = ("email", "name", "is_staff")


class PersonForm(UserChangeForm, AdminForm):
    """A person as they are; the password has a form of its own."""

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "is_staff", "is_superuser")


@admin.register(User)
class PeopleAdmin(LostFactor, OperatorAdmin, UserAdmin):  # type: ignore[type-arg]
    """Operators make people, and reset passwords."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_staff", "operator")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    steps = ("take_factor_away", "unlink")
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            _("Rights"),
            {
                "fields": ("is_active", "is_staff", "is_superuser"),
                "description": _(
                    "An operator (superuser) sees all tenants. Everybody else sees the "
                    "tenants that they are a member of."
                ),
            },
        ),
        (_("Times"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("email", "name", "is_staff", "password1", "password2")},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes themselves."""
        return super().has_delete_permission(request, obj) and obj != request.user

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: bool
    ) -> None:
        """New rights begin with a log-in; who gave them to themselves stays."""
        super().save_model(request, obj, form, change)
        if not change or not _RIGHTS & set(form.changed_data):
            return
        sessions.end_all(obj)
        if obj == request.user:
            update_session_auth_hash(request, obj)

    @step(
        _("Unlink the single sign-on"),
        icon="link_off",
        danger=True,
        ask=_(
            "The next log-in finds the person by their e-mail address again. Unlink?"
        ),
        when=lambda person: person.identities.exists(),
    )
    def unlink(self, request: HttpRequest, obj: User) -> str:
        """For who has another account there now; they are logged out."""
        with writing():
            admitting.unlink(obj)
            sessions.end_all(obj)
            auditing.record(
                user_of(request), "single sign-on unlinked", obj, tenant=None, after={}
            )
        return _now("The single sign-on of %(email)s is unlinked.") % {
            "email": obj.email
        }

    @display(description=_("operator"), boolean=True, ordering="is_superuser")
    def operator(self, obj: User) -> bool:
        return obj.is_superuser

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        return {"is_staff": True}
