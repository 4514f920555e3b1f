"""All addresses of the service; the API at /api/v1 and, as document 003 has it, /."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.generic import RedirectView

from delivery.api.hooks import Hooks
from notify_project.api.paths import IdConverter
from notify_project.observability.health import HealthView, LiveView
from notify_project.observability.metrics_page import metrics_page
from providers.api.verification import verify_sender
from recipients.api.subscriber_pages import confirm_subscription, unsubscribe
from tenants.api.invitations import AcceptInvitation

register_converter(IdConverter, "id")  # before what is included below uses it

_API = [
    path("", include("events.api.urls")),
    path("", include("delivery.api.urls")),
    path("", include("callbacks.api.urls")),
    path("", include("templates_app.api.urls")),
    path("", include("providers.api.urls")),
    path("", include("recipients.api.urls")),
]

# Where providers tell us something; the description of the API is for callers.
_HOOK = Hooks.as_view(schema=None)
_HOOKS = [
    path("<slug:lane>/<slug:name>", _HOOK, name="hook"),
    path("<slug:lane>/receive/<slug:name>", _HOOK),
    path("<slug:lane>/<slug:name>/<id:account_id>", _HOOK),
    path(
        "<slug:lane>/<slug:name>/<id:account_id>/<str:token>",
        _HOOK,
        name="account-hook",
    ),
]

urlpatterns = [
    path("api/v1/", include((_API, "api"))),
    path("", include((_API, "root"))),
    path("", include("notify_project.api.docs")),
    path("verify/sender/<str:token>", verify_sender, name="verify-sender"),
    path(
        "subscriptions/confirm/<str:token>",
        confirm_subscription,
        name="confirm-subscription",
    ),
    path("unsubscribe/<str:token>", unsubscribe, name="unsubscribe"),
    path(
        "invitation/<str:uidb64>/<str:token>",
        AcceptInvitation.as_view(),
        name="accept-invitation",
    ),
    path("health", HealthView.as_view()),
    path("health/live", LiveView.as_view()),
    path("metrics", metrics_page),
    path("notifications/", include(_HOOKS)),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]

handler400 = "notify_project.api.problems.bad_request"
handler403 = "notify_project.api.problems.permission_denied"
handler404 = "notify_project.api.problems.page_not_found"
handler500 = "notify_project.api.problems.server_error"
