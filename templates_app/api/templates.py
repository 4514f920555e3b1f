"""GET/POST /templates, GET/PATCH/DELETE /templates/{id} (D34, D44)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.fields import Strict, Text
from notify_project.api.pagination import PAGE, page
from notify_project.api.queries import known
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from templates_app import editing
from templates_app.editing import Draft
from templates_app.kinds import kind, kinds
from templates_app.models import Template
from templates_app.rendering import DEFAULT_ENGINE, variables
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import Caller, caller_of
from tenants.permissions import requires

BODY_LENGTH = 1_000_000
_SYNONYMS = {
    "channelCode": "channel",
    "message": "body",
    "engineCode": "renderer",
    "engine": "renderer",
}


class TemplateChangeSerializer(Strict):
    """What PATCH may change; a change of wording publishes a new version."""

    name = Text(required=False, max_length=200)
    description = Text(required=False, allow_null=True, max_length=2000)
    subject = Text(required=False, allow_null=True, max_length=10_000)
    body = Text(required=False, max_length=BODY_LENGTH)
    message = Text(required=False, max_length=BODY_LENGTH)
    bodyType = Text(required=False, allow_null=True, max_length=20)
    renderer = Text(required=False, allow_null=True, max_length=20)
    engine = Text(required=False, allow_null=True, max_length=20)
    engineCode = Text(required=False, allow_null=True, max_length=20)
    locale = Text(required=False, allow_null=True, max_length=35)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One name for each thing; two that differ are a contradiction."""
        for other, name in _SYNONYMS.items():
            if other in attrs:
                value = attrs.pop(other)
                if attrs.setdefault(name, value) != value:
                    raise serializers.ValidationError(
                        {other: _("%(name)s says otherwise.") % {"name": name}}
                    )
        return attrs


class NewTemplateSerializer(TemplateChangeSerializer):
    """A new template; `channelCode`, `message`, `engine` are other names."""

    name = Text(max_length=200)
    channel = Text(required=False, max_length=20)
    channelCode = Text(required=False, max_length=20)


class TemplateSerializer(serializers.Serializer[Any]):
    """A template with its published wording."""

    id = serializers.UUIDField()
    templateId = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    channel = serializers.CharField()
    version = serializers.IntegerField()
    subject = serializers.CharField(required=False)
    body = serializers.CharField()
    bodyType = serializers.CharField(allow_null=True)
    renderer = serializers.CharField(allow_null=True)
    locale = serializers.CharField(allow_null=True)
    params = serializers.ListField(child=serializers.CharField())
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


class TemplatesSerializer(serializers.Serializer[Any]):
    """A page of templates, newest first."""

    # `data` is also a property of serializers; here it is the field of D33's shape.
    data = TemplateSerializer(many=True)  # type: ignore[assignment]
    nextCursor = serializers.CharField(allow_null=True)
    limit = serializers.IntegerField()


class Templates(TenantView):
    """The tenant's templates."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listTemplates",
        summary=_lazy("List templates, or find one by its name"),
        parameters=[
            OpenApiParameter(
                "name", str, description=_lazy("Exactly this name, in any case.")
            ),
            OpenApiParameter("channel", str, enum=[one.code for one in kinds()]),
            *PAGE,
        ],
        responses=TemplatesSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request) -> Response:
        """Newest first; an unknown name gives an empty list."""
        caller = caller_of(request)
        asked = known(request, "name", "channel", "limit", "cursor")
        rows = Template.for_tenant(caller.tenant).select_related("published")
        name = _unquoted(asked.get("name", ""))
        if name:
            rows = rows.filter(name__iexact=name)
        if asked.get("channel"):
            rows = rows.filter(channel=kind(asked["channel"], field="channel").code)
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{caller.tenant.id}:templates",
        )
        return Response(found.body(presented))

    @extend_schema(
        operation_id="createTemplate",
        summary=_lazy("Create a template"),
        parameters=[KEY],
        request=NewTemplateSerializer,
        responses={201: TemplateSerializer},
        tags=["Templates"],
    )
    def post(self, request: Request) -> Response:
        """Create a template; its first version is published at once."""
        caller = caller_of(request)
        given = NewTemplateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        if not values.get("channel"):
            raise Invalid(
                _("Give a channel: email, sms, msgApp or document."), field="channel"
            )
        code = kind(values["channel"], field="channel").code
        return created(
            request,
            "templates",
            lambda: presented(_create(caller, code, **_ours(values))),
            place=lambda made: reverse(
                "api:template", kwargs={"template_id": made["id"]}
            ),
        )


def _create(caller: Caller, code: str, **fields: str) -> Template:
    with writing():
        template = editing.create(
            caller.tenant,
            name=fields.pop("name"),
            channel_code=code,
            description=fields.pop("description", ""),
            locale=fields.pop("locale", ""),
            draft=Draft(**fields),
        )
        now = editing.snapshot(template)
        auditing.record_call(caller, "created", template, after=now)
    return template


class OneTemplate(TenantView):
    """One template of the tenant."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getTemplate",
        summary=_lazy("Read a template"),
        responses=TemplateSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request, template_id: UUID) -> Response:
        """Its published wording."""
        return Response(presented(editing.find(caller_of(request).tenant, template_id)))

    @extend_schema(
        operation_id="changeTemplate",
        summary=_lazy("Change a template"),
        request=TemplateChangeSerializer,
        responses=TemplateSerializer,
        tags=["Templates"],
    )
    def patch(self, request: Request, template_id: UUID) -> Response:
        """Publish a new version, or rename."""
        caller = caller_of(request)
        editing.find(caller.tenant, template_id)
        given = TemplateChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = _ours(given.validated_data)
        with writing():
            before = editing.snapshot(editing.find(caller.tenant, template_id))
            template = editing.change(caller.tenant, template_id, **fields)
            now = editing.snapshot(template)
            auditing.record_call(caller, "changed", template, before=before, after=now)
        return Response(presented(template))

    @extend_schema(
        operation_id="deleteTemplate",
        summary=_lazy("Delete a template"),
        responses={204: None},
        tags=["Templates"],
    )
    def delete(self, request: Request, template_id: UUID) -> Response:
        """Delete it; 409 while something configured uses it."""
        caller = caller_of(request)
        template = editing.find(caller.tenant, template_id)
        gone = editing.snapshot(template)
        with writing():
            auditing.record_call(caller, "deleted", template, before=gone, after={})
            editing.delete(template)
        return Response(status=204)


_FIELDS = {
    "name": "name",
    "description": "description",
    "subject": "subject",
    "body": "body",
    "bodyType": "body_type",
    "renderer": "engine",
    "locale": "locale",
}


def _ours(values: dict[str, Any]) -> dict[str, Any]:
    """By our names. Null says "as if never given": that is what an empty text means."""
    return {
        ours: values[name] or "" for name, ours in _FIELDS.items() if name in values
    }


def _unquoted(name: str) -> str:
    """Document 003 writes ?name="Sample template": the quotes are not part of it."""
    stripped = name.strip()
    if len(stripped) >= 2 and stripped[0] == stripped[-1] and stripped[0] in "\"'":
        return stripped[1:-1]
    return stripped


def presented(template: Template) -> dict[str, Any]:
    """A template as the API tells of it."""
    version = template.published
    shown: dict[str, Any] = {
        "id": str(template.id),
        "templateId": str(template.id),
        "name": template.name,
        "description": template.description,
        "channel": template.channel,
        "version": version.number if version else 0,
        "body": version.body if version else "",
        "bodyType": (version.body_type or None) if version else None,
        "renderer": (version.engine or None) if version else None,
        "locale": template.locale or None,
        "params": _params(template),
        "createdAt": template.created_at,
        "updatedAt": template.updated_at,
    }
    if version and version.subject:
        shown["subject"] = version.subject
    return shown


def _params(template: Template) -> list[str]:
    """The names that the wording reads; none where an engine was switched off since."""
    version = template.published
    if version is None:
        return []
    names: set[str] = set()
    for source in (version.subject, version.body):
        try:
            names |= variables(version.engine or DEFAULT_ENGINE, source)
        except Invalid:
            continue
    return sorted(names)
