"""Groups: people under a name, for one channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from providers.admin.by_channel import ChannelFilter, cards
from providers.channels.base import UnknownChannel, channel
from recipients import group_files, groups
from recipients.admin.csv_pages import CsvPages, Part
from recipients.admin.forms import GroupForm
from recipients.group_files import GroupDifference
from recipients.models import Group
from tenants import auditing


class GroupFile:
    """A file is the whole group."""

    columns: Sequence[str] = group_files.COLUMNS
    asks_for_yes = False
    about: str | Promise = gettext_lazy(
        "The file is the group: who is in it is a member afterwards, and who is not "
        "leaves. You see first what would change."
    )

    def is_for(self, obj: Group) -> bool:
        return obj.directory_id is None

    def lines(self, obj: Group) -> Iterator[str]:
        return group_files.lines(obj)

    def compare(self, obj: Group, data: bytes) -> GroupDifference:
        return group_files.compare(obj, data)

    def parts(self, difference: GroupDifference) -> list[Part]:
        changed = [f"{before} → {after}" for before, after in difference.changed]
        return [
            Part.of(_("Come in"), difference.added),
            Part.of(_("Are written otherwise"), changed),
            Part.of(_("Leave"), difference.removed),
        ]

    def apply(
        self, obj: Group, difference: GroupDifference, *, confirmed: bool
    ) -> None:
        group_files.apply(obj, difference)

    def counts(self, difference: GroupDifference) -> Mapping[str, object]:
        return {
            "added": len(difference.added),
            "changed": len(difference.changed),
            "removed": len(difference.removed),
        }


@admin.register(Group)
class GroupsAdmin(CsvPages):
    """Recipients name a group; who is in it is changed here alone."""

    form = GroupForm
    list_display = ("name", "shown_channel", "size", "description", "updated_at")
    list_filter = (ChannelFilter,)
    search_fields = ("name", "description")
    list_select_related = ("directory",)
    steps = ("save_csv",)
    people_file = GroupFile()
    empty_title = gettext_lazy("No groups yet")
    empty_text = gettext_lazy(
        "A group is a name for addresses of one channel: event types and requests name "
        "it among their recipients."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(members_count=Count("members"))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """First ask for which channel."""
        if self.has_add_permission(request) and not request.GET.get("channel"):
            return self.page(
                request,
                "admin/notify/choose.html",
                {
                    "title": _("Make a group: for which channel?"),
                    "groups": [("", cards())],
                },
            )
        return super().add_view(request, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change, fields=GroupForm.Meta.fields)
        return type(made.__name__, (made,), {"channel_code": _channel(request, obj)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            told = ("name", "description", "shown_channel", "shown_members")
            kept_by = ("directory", "directory_group")
            return ((None, {"fields": (*told, *kept_by)}),)
        code = _channel(request, obj)
        own = (channel(code).label, {"fields": ("name", "description", "members")})
        if code != "email":
            return (own,)
        names = ("directory", "directory_group")
        return (own, (_("Or kept by a directory"), {"fields": names}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("shown_channel", "shown_members") if obj is not None else ()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        groups.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    def audit_snapshot(self, obj: Any) -> dict[str, object]:
        """How many are in it; who they are is for the page alone."""
        return {**auditing.snapshot(obj), "members": obj.members.count()}

    @display(description=gettext_lazy("channel"), ordering="channel")
    def shown_channel(self, obj: Group) -> str:
        return str(channel(obj.channel).label)

    @display(description=gettext_lazy("members"))
    def size(self, obj: Any) -> str:
        return str(obj.directory or obj.members_count)

    @display(description=gettext_lazy("members"))
    def shown_members(self, obj: Group) -> str:
        return "\n".join(groups.addresses_of(obj)) or "-"


def _channel(request: HttpRequest, obj: Any) -> str:
    if obj is not None:
        return str(obj.channel)
    try:
        return channel(request.GET.get("channel", "")).code
    except UnknownChannel:
        raise Http404 from None
