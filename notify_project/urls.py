"""All addresses of the service; the API at /api/v1 and, as document 003 has it, /."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from notify_project.observability.health import HealthView, LiveView
from providers.api.verification import verify_sender
from recipients.api.subscriber_pages import confirm_subscription, unsubscribe

_API = [
    path("", include("events.api.urls")),
    path("", include("delivery.api.urls")),
    path("", include("templates_app.api.urls")),
    path("", include("providers.api.urls")),
    path("", include("recipients.api.urls")),
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
    path("health", HealthView.as_view()),
    path("health/live", LiveView.as_view()),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]

handler400 = "notify_project.api.problems.bad_request"
handler403 = "notify_project.api.problems.permission_denied"
handler404 = "notify_project.api.problems.page_not_found"
handler500 = "notify_project.api.problems.server_error"
