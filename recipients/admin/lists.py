"""Lists that people subscribe to: their names, and how many are on them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from recipients import lists
from recipients.errors import InvalidList
from recipients.models import SubscriberList, Subscription
from tenants.admin.base import TenantAdmin
from tenants.admin.forms import StepForm


class ListForm(StepForm):
    """Saves by lists.create or lists.change."""

    class Meta:
        model = SubscriberList
        fields = ("name", "title", "description")
        widgets: ClassVar[dict[str, Any]] = {
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2})
        }

    def step(self) -> SubscriberList:
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if not self.is_new:
            one: SubscriberList = self.instance
            lists.change(one, **given)
            return one
        if self.tenant is None:  # the page is closed without one
            raise InvalidList(_("Choose a tenant first."))
        return lists.create(self.tenant, **given)


@admin.register(SubscriberList)
class ListsAdmin(TenantAdmin):
    """Recipients name a list; who is on it, subscribers decide."""

    form = ListForm
    list_display = ("name", "title", "subscribers", "updated_at")
    search_fields = ("name", "title")
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
        return ((None, {"fields": (*ListForm.Meta.fields, *told)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("subscribers", "who") if obj is not None else ()

    def get_queryset(self, request: HttpRequest) -> Any:
        live = Subscription.Status.CONFIRMED
        rows = super().get_queryset(request)
        return rows.annotate(live=Count("subscriptions", Q(subscriptions__status=live)))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        lists.delete(obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its use is asked of the database when it is deleted, not listed before."""
        return [str(one) for one in objs], {}, set(), []

    @display(description=gettext_lazy("subscribers"))
    def subscribers(self, obj: Any) -> str:
        return str(obj.live)

    @display(description=gettext_lazy("who"))
    def who(self, obj: SubscriberList) -> str:
        url = reverse("admin:recipients_subscription_changelist")
        text = _("Show the subscriptions")
        return format_html('<a href="{}?list={}">{}</a>', url, obj.pk, text)
