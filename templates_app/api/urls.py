"""Templates."""

from django.urls import path

from templates_app.api.templates import OneTemplate, Templates

urlpatterns = [
    path("templates", Templates.as_view()),
    path("templates/<uuid:template_id>", OneTemplate.as_view(), name="template"),
]
