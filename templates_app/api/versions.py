"""GET /templates/{id}/versions, GET/PUT /templates/{id}/published."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.queries import known
from notify_project.queue.writing import writing
from templates_app import editing, publishing
from templates_app.api.answers import presented, version_shown
from templates_app.api.shapes import (
    PublishSerializer,
    TemplateSerializer,
    VersionSerializer,
    VersionsSerializer,
)
from templates_app.errors import TemplateNotFound
from tenants import auditing
from tenants.api import TenantView
from tenants.callers import caller_of
from tenants.permissions import requires

_SHOWN = 100


class Versions(TenantView):
    """What a template said, and says."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listTemplateVersions",
        summary=_lazy("List the versions of a template"),
        responses=VersionsSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request, template_id: UUID) -> Response:
        """The newest hundred, the draft among them."""
        known(request)
        template = editing.find(caller_of(request).tenant, template_id)
        return Response(
            {
                "data": [
                    version_shown(one, published=one.id == template.published_id)
                    for one in template.versions.all()[:_SHOWN]
                ]
            }
        )


class Published(TenantView):
    """The version of a template that is sent."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getPublishedVersion",
        summary=_lazy("Read the version of a template that is sent"),
        responses=VersionSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request, template_id: UUID) -> Response:
        """404 while there is only a draft."""
        known(request)
        version = editing.find(caller_of(request).tenant, template_id).published
        if version is None:
            raise TemplateNotFound(_("Nothing of this template is published yet."))
        return Response(version_shown(version, published=True))

    @extend_schema(
        operation_id="publishTemplate",
        summary=_lazy("Publish the draft of a template, or an older version again"),
        request=PublishSerializer,
        responses=TemplateSerializer,
        tags=["Templates"],
    )
    def put(self, request: Request, template_id: UUID) -> Response:
        """Sent from now on; what was accepted before stays as it was."""
        caller = caller_of(request)
        template = editing.find(caller.tenant, template_id)
        given = PublishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        number = given.validated_data.get("version")
        with writing():
            before = editing.snapshot(template)
            if number is None:
                publishing.publish(template)
            else:
                publishing.roll_back(template, number)
            now = editing.snapshot(template)
            auditing.record_call(caller, "changed", template, before=before, after=now)
        return Response(presented(template))
