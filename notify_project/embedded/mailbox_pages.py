"""The pages of the local mailbox: for operators, and only in `make run`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from notify_project.embedded import mail_files
from notify_project.embedded.mail_files import Mail
from notify_project.observability.framed import framed_html


def mails(request: HttpRequest) -> HttpResponse:
    """The newest mails."""
    _require(request)
    found = mail_files.newest(settings.MAILBOX_DIR)
    return _page(
        request,
        "admin/notify/mailbox.html",
        {"title": _("Local mailbox"), "mails": found, "folder": settings.MAILBOX_DIR},
    )


def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: head, text, HTML in a frame, attachments, source."""
    found = _one(request, name)
    title = found.subject or _("(no subject)")
    return _page(
        request, "admin/notify/mailbox_mail.html", {"title": title, "mail": found}
    )


def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame."""
    return framed_html(_one(request, name).html)


def _require(request: HttpRequest) -> None:
    if not settings.EMBEDDED or not getattr(request.user, "is_superuser", False):
        raise Http404


def _one(request: HttpRequest, name: str) -> Mail:
    _require(request)
    found = mail_files.read(settings.MAILBOX_DIR, name)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, template: str, context: dict[str, Any]
) -> TemplateResponse:
    whole = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, whole)
