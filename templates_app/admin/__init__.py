"""The admin's pages of templates."""

from templates_app.admin import templates

__all__ = ["templates"]
