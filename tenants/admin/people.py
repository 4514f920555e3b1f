"""People who can log in: for operators. What they may do is in their memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm

from tenants.admin.base import OperatorAdmin
from tenants.admin.forms import AdminForm
from tenants.models import User

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.auth import forms

    BaseUserCreationForm = forms.BaseUserCreationForm[User]
    UserChangeForm = forms.UserChangeForm[User]
else:
    from unfold.forms import UserChangeForm
    from unfold.forms import UserCreationForm as BaseUserCreationForm

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
class PeopleAdmin(OperatorAdmin, UserAdmin):  # type: ignore[type-arg]
    """Operators make people, and reset passwords."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_staff", "operator")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
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

    @display(description=_("operator"), boolean=True, ordering="is_superuser")
    def operator(self, obj: User) -> bool:
        return obj.is_superuser

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        return {"is_staff": True}
