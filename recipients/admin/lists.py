"""Lists that people subscribe to: their names, and how many are on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from providers.models import Service
from recipients import fetching, list_files, lists
from recipients.admin.csv_pages import CsvPages, Part
from recipients.errors import InvalidList
from recipients.list_files import ListDifference
from recipients.lists import KeptBy
from recipients.models import SubscriberList
from tenants.admin.forms import StepForm


class ListForm(StepForm):
    """Saves by lists.create or lists.change."""

    service = forms.ModelChoiceField(
        label=gettext_lazy("Kept by"),
        required=False,
        queryset=Service.of_system().none(),
        widget=UnfoldAdminSelectWidget,
        empty_label=gettext_lazy("Notify: people are asked, and leave by a link"),
        help_text=gettext_lazy(
            "A service is asked who is subscribed, whenever the list is used."
        ),
    )
    service_list = forms.CharField(
        label=gettext_lazy("Id of the list in the service"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = SubscriberList
        fields = ("name", "title", "description")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.tenant is not None and "service" in self.fields:
            offered: Any = self.fields["service"]
            offered.queryset = fetching.offered(self.tenant)
        if not self.is_new:
            self.initial.setdefault("service", self.instance.service_id)
            self.initial.setdefault("service_list", self.instance.service_list)

    def step(self) -> SubscriberList:
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if not self.is_new:
            one: SubscriberList = self.instance
            lists.keep_by(one, self._kept_by())
            lists.change(one, **given)
            return one
        if self.tenant is None:  # the page is closed without one
            raise InvalidList(_("Choose a tenant first."))
        return lists.create(self.tenant, **given, kept_by=self._kept_by())

    def _kept_by(self) -> KeptBy | None:
        service = self.cleaned_data.get("service")
        if service is None:
            return None
        return KeptBy(service, str(self.cleaned_data["service_list"]))


class ListFile:
    """A file says what else is known of the people on a list."""

    columns: Sequence[str] = list_files.COLUMNS
    asks_for_yes = True
    about: str | Promise = gettext_lazy(
        "Who is in the file is subscribed, or something else is known of them; the "
        "status unsubscribed takes them off. Who is not in it stays. You see first "
        "what would change."
    )

    def is_for(self, obj: SubscriberList) -> bool:
        return obj.service_id is None

    def lines(self, obj: SubscriberList) -> Iterator[str]:
        return list_files.lines(obj)

    def compare(self, obj: SubscriberList, data: bytes) -> ListDifference:
        return list_files.compare(obj, data)

    def parts(self, difference: ListDifference) -> list[Part]:
        kinds = (
            (_("New on the list"), difference.added),
            (_("Something else is known of them"), difference.changed),
            (_("Unsubscribed"), difference.ended),
        )
        return [Part.of(title, [one.address for one in rows]) for title, rows in kinds]

    def apply(
        self, obj: SubscriberList, difference: ListDifference, *, confirmed: bool
    ) -> None:
        list_files.apply(obj, difference, confirmed=confirmed)

    def counts(self, difference: ListDifference) -> Mapping[str, object]:
        return {
            "added": len(difference.added),
            "changed": len(difference.changed),
            "ended": len(difference.ended),
        }


@admin.register(SubscriberList)
class ListsAdmin(CsvPages):
    """Recipients name a list; who is on it, subscribers decide."""

    form = ListForm
    list_display = ("name", "title", "service", "updated_at")
    list_select_related = ("service",)
    search_fields = ("name", "title")
    steps = ("save_csv",)
    people_file = ListFile()
    empty_title = gettext_lazy("No lists yet")
    empty_text = gettext_lazy(
        "People subscribe to a list, and leave it by a link in each message. Event "
        "types and requests name it among their recipients."
    )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["fields"] = ListForm.Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ("subscribers", "who") if obj is not None else ()
        own = (None, {"fields": (*ListForm.Meta.fields, *told)})
        names = ("service", "service_list")
        return (own, (_("Or kept by a service"), {"fields": names}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("subscribers", "who") if obj is not None else ()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        lists.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    @display(description=gettext_lazy("subscribers"))
    def subscribers(self, obj: SubscriberList) -> str:
        """On the list's own page only: a list may have a million."""
        return str(sum(lists.counts([obj.pk]).get(obj.pk, {}).values()))

    @display(description=gettext_lazy("who"))
    def who(self, obj: SubscriberList) -> str:
        url = reverse("admin:recipients_subscription_changelist")
        text = _("Show the subscriptions")
        return format_html('<a href="{}?list={}">{}</a>', url, obj.pk, text)
