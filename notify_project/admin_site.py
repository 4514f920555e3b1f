"""The admin's site: its menu, the switch between tenants, and the way in.

Which rows and pages somebody sees is decided in tenants/admin/base.py; how it looks is
django-unfold's doing (docs/decisions/0009-admin.md).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import InvalidPage
from django.db.models import ForeignKey
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache

from notify_project.admin_door import guarded
from notify_project.admin_menu import menu
from notify_project.admin_tabs import of_one_tenant
from notify_project.db.ids import read_id
from notify_project.embedded import mailbox_pages
from notify_project.errors import NotFound
from notify_project.signing_in import (
    code,
    gate,
    own_factor,
    proof,
    single_sign_on,
)
from notify_project.signing_in.own_password import OwnPasswordPage
from notify_project.signing_in.password import LoginForm, PasswordPage
from tenants.models import User
from tenants.workplace import enter, workplace_of

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.admin import AdminSite
else:
    from unfold.sites import UnfoldAdminSite as AdminSite


class NotifyAdminSite(AdminSite):
    """The site that admin.site is (NotifyAdminConfig in notify_project/apps.py)."""

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.login_form = LoginForm
        self.index_title = _lazy("Start")
        # Deleting goes row by row, through steps that can refuse in words.
        self.disable_action("delete_selected")

    def extra_urls(self) -> list[URLPattern]:
        """Pages that are no model's."""
        return [
            path("login/code/", partial(code.code_page, site=self), name="login_code"),
            path("login/sso/", single_sign_on.start, name="sso"),
            path(
                "login/sso/callback/",
                partial(single_sign_on.come_back, site=self),
                name="sso_callback",
            ),
            path(
                "second-factor/",
                self.admin_view(self.second_factor),
                name="second_factor",
            ),
            path("tenant/", self.admin_view(enter_tenant), name="enter_tenant"),
            path("mailbox/", self.admin_view(mailbox_pages.mails), name="mailbox"),
            path(
                "mailbox/<str:name>/",
                self.admin_view(mailbox_pages.mail),
                name="mailbox_mail",
            ),
            path(
                "mailbox/<str:name>/html/",
                self.admin_view(mailbox_pages.html),
                name="mailbox_html",
            ),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page but the log-in goes through admin_door.py, and is for people with
        a second factor, and a fresh proof where it matters (signing_in/), in the tenant
        that it was opened in."""
        entered = gate.with_factor(proof.proved(of_one_tenant(view), self))
        return guarded(super().admin_view(entered, cacheable))

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As Django's, but for the second factor: its own lets in at once."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        request.current_app = self.name
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **single_sign_on.offer(request),
            **(extra_context or {}),
        }
        if not {"next"} & {*request.GET, *request.POST}:
            context["next"] = reverse("admin:index")
        page = PasswordPage.as_view(
            extra_context=context,
            authentication_form=self.login_form,
            template_name="admin/login.html",
        )
        answer: HttpResponse = page(request)  # type: ignore[assignment]
        return answer

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Its page leads on to the single sign-on, where the person is still known."""
        more = {"log_out_url": single_sign_on.log_out_url(request)}
        answer: HttpResponse = super().logout(
            request, {**more, **(extra_context or {})}
        )
        return answer

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """As Django's, but that wrong old ones are counted."""
        request.current_app = self.name
        page = OwnPasswordPage.as_view(
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return page(request)

    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """A person's own."""
        assert isinstance(request.user, User)
        return own_factor.own_page(request, request.user, self)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """unfold's own trips over a page that is no number, or not there."""
        try:
            answer: HttpResponse = super().search(request, extra_context)  # type: ignore[misc]
        except (InvalidPage, ValueError):
            raise Http404 from None
        return answer

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Only for foreign keys: Django's own trips over what points back."""
        given = request.GET
        try:
            model = apps.get_model(given["app_label"], given["model_name"])
            field = model._meta.get_field(given["field_name"])
        except (KeyError, LookupError, FieldDoesNotExist):
            raise PermissionDenied from None
        if not isinstance(field, ForeignKey):
            raise PermissionDenied
        return super().autocomplete_view(request)

    def extra_context(
        self, context: dict[str, Any], request: HttpRequest
    ) -> dict[str, Any]:
        """What every page's frame shows: where one works, and where else one could."""
        return {**context, "workplace": workplace_of(request)}


def enter_tenant(request: HttpRequest) -> HttpResponse:
    """Change the active tenant; an empty one puts an operator above all."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    text = request.POST.get("tenant", "")
    wanted = read_id(text)
    try:
        if text and wanted is None:
            raise NotFound(_("There is no such tenant."))
        enter(request, wanted)
    except NotFound as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("admin:index"))


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu at the left, as UNFOLD["SIDEBAR"] asks for it."""
    return menu(workplace_of(request))


def environment(request: HttpRequest) -> list[str] | None:
    """The badge in the header: the tenant that one works in, at every width."""
    place = workplace_of(request)
    if place.tenant:
        return [place.tenant.name, "info" if place.tenant.active else "danger"]
    return [str(_("All tenants")), "warning"] if place.is_operator else None
