"""What people read: /openapi.json, Swagger UI at /docs, the errors at /docs/errors.

Nothing here loads anything from outside. Apart from schema.py, because drf-spectacular
loads the class named there when its views are imported.
"""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from notify_project.api.guide import errors_page


class _DescriptionView(SpectacularJSONAPIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)


class _SwaggerView(SpectacularSwaggerSplitView):
    """The "split" view: its script is a second response, so none is inline."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    template_name = "notify_project/swagger_ui.html"
    url_name = "openapi"


urlpatterns = [
    path("openapi.json", _DescriptionView.as_view(), name="openapi"),
    path("docs", _SwaggerView.as_view(), name="docs"),
    path("docs/errors", errors_page, name="errors"),
]
