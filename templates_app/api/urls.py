"""Templates."""

from django.urls import path

from templates_app.api.images import Images, OneImage
from templates_app.api.templates import OneTemplate, Templates
from templates_app.api.versions import Published, Versions

urlpatterns = [
    path("images", Images.as_view()),
    path("images/<id:image_id>", OneImage.as_view(), name="image"),
    path("templates", Templates.as_view()),
    path("templates/<id:template_id>", OneTemplate.as_view(), name="template"),
    path("templates/<id:template_id>/versions", Versions.as_view()),
    path("templates/<id:template_id>/published", Published.as_view()),
]
