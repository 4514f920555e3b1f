"""Pages on which somebody types a URL that we are to call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import HttpRequest

from callbacks import kinds, wishes
from callbacks.errors import InvalidEndpoint
from callbacks.wishes import Granted, Wish
from tenants.admin.base import TenantAdmin


class UrlJudging(TenantAdmin):
    """The URL in the field `url_field` is judged before the transaction of the form:
    its name is looked up. Its form asks `judged` what came of it."""

    url_field = "url"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        if request.method == "POST":
            obj = self.get_object(request, unquote(object_id)) if object_id else None
            allowed = (
                self.has_change_permission(request, obj)
                if obj
                else self.has_add_permission(request)
            )
            if allowed:
                found = self.judge_url(request, obj)
                request.granted_url = found  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def judge_url(self, request: HttpRequest, obj: Any) -> Granted | InvalidEndpoint:
        """One that stays as it is need not be well at this moment; nor need none."""
        kind = self.kind_of(obj)
        url = request.POST.get(self.url_field, "").strip()
        if not url or (obj is not None and url == self.url_of(obj)):
            return Granted(kind, {})
        try:
            return wishes.granted(Wish(url=url), kind=kind)
        except InvalidEndpoint as refusal:
            return refusal

    def kind_of(self, obj: Any) -> str:
        """What is told there."""
        return kinds.EVENTS

    def url_of(self, obj: Any) -> str:
        """The one that is stored."""
        return str(obj.url)


def judged(request: HttpRequest) -> Granted:
    """Raises ValidationError in the words of the refusal."""
    found: Granted | InvalidEndpoint = request.granted_url  # type: ignore[attr-defined]
    if isinstance(found, InvalidEndpoint):
        raise forms.ValidationError(found.message)
    return found
