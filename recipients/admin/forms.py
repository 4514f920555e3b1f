"""The form of a group: its name, and its members one a line."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from providers.models import Service
from recipients import directories, groups
from recipients.errors import InvalidGroup
from recipients.groups import KeptBy
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

    directory = forms.ModelChoiceField(
        label=gettext_lazy("Directory"),
        required=False,
        queryset=Service.of_system().none(),
        widget=UnfoldAdminSelectWidget,
        empty_label=gettext_lazy("None: the members stand here"),
        help_text=gettext_lazy("It is asked who is in the group, whenever it is used."),
    )
    directory_group = forms.CharField(
        label=gettext_lazy("Id of the group in the directory"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Group
        fields = ("name", "description")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.tenant is not None and "directory" in self.fields:
            offered: Any = self.fields["directory"]
            offered.queryset = directories.offered(self.tenant)
        if self.is_new:
            self.instance.channel = self.channel_code
        else:
            self.initial.setdefault("directory", self.instance.directory_id)
            self.initial.setdefault("directory_group", self.instance.directory_group)
            members = groups.addresses_of(self.instance)
            self.initial.setdefault("members", "\n".join(members))

    def step(self) -> Group:
        given: dict[str, Any] = {
            name: self.cleaned_data[name] for name in self.Meta.fields
        }
        lines = str(self.cleaned_data["members"]).splitlines()
        given["addresses"] = [one.strip() for one in lines if one.strip()]
        given["kept_by"] = self._kept_by()
        if not self.is_new:
            group: Group = self.instance
            groups.change(group, **given)
            return group
        if self.tenant is None:  # the page is closed without one
            raise InvalidGroup(_("Choose a tenant first."))
        return groups.create(self.tenant, channel_code=self.channel_code, **given)

    def _kept_by(self) -> KeptBy | None:
        directory = self.cleaned_data.get("directory")
        if directory is None:
            return None
        return KeptBy(directory, str(self.cleaned_data["directory_group"]))
