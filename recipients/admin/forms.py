"""The form of a group: its name, and its members one a line."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from recipients import groups
from recipients.errors import InvalidGroup
from recipients.models import Group
from tenants.admin.forms import StepForm


class GroupForm(StepForm):
    """Saves by groups.create or groups.change; `channel_code` is set by the admin."""

    channel_code: ClassVar[str] = ""

    members = forms.CharField(
        label=gettext_lazy("Members"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        help_text=gettext_lazy("One address a line."),
    )

    class Meta:
        model = Group
        fields = ("name", "description")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.instance.channel = self.channel_code
        else:
            members = groups.addresses_of(self.instance)
            self.initial.setdefault("members", "\n".join(members))

    def step(self) -> Group:
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        lines = str(self.cleaned_data["members"]).splitlines()
        addresses = [one.strip() for one in lines if one.strip()]
        if not self.is_new:
            group: Group = self.instance
            groups.change(group, addresses=addresses, **given)
            return group
        if self.tenant is None:  # the page is closed without one
            raise InvalidGroup(_("Choose a tenant first."))
        return groups.create(
            self.tenant, channel_code=self.channel_code, addresses=addresses, **given
        )
