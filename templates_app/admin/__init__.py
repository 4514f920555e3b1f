"""The admin's pages of templates and of their images."""

from templates_app.admin import images, templates

__all__ = ["images", "templates"]
