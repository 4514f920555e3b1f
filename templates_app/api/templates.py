"""GET/POST /templates, GET/PATCH/DELETE /templates/{id} (D34, D44)."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.pagination import PAGE, page
from notify_project.api.queries import known
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from templates_app import editing, locales, looking_up
from templates_app.api.answers import presented
from templates_app.api.shapes import (
    PURPOSES,
    NewTemplateSerializer,
    TemplateChangeSerializer,
    TemplateSerializer,
    TemplatesSerializer,
)
from templates_app.drafts import Draft
from templates_app.errors import InvalidTemplate
from templates_app.kinds import kind, kinds
from templates_app.models import Template
from templates_app.reading import Reader
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import Caller, caller_of
from tenants.permissions import requires


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
            OpenApiParameter("purpose", str, enum=PURPOSES),
            *PAGE,
        ],
        responses=TemplatesSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request) -> Response:
        """Newest first; an unknown name gives an empty list."""
        caller = caller_of(request)
        asked = known(request, "name", "channel", "purpose", "limit", "cursor")
        rows = Template.for_tenant(caller.tenant).select_related(
            "published__layout__published"
        )
        name = _unquoted(asked.get("name", ""))
        if name:
            rows = rows.filter(name__iexact=name)
        if asked.get("channel"):
            rows = rows.filter(channel=kind(asked["channel"], field="channel").code)
        if asked.get("purpose"):
            rows = rows.filter(purpose=_purpose(asked["purpose"]))
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{caller.tenant.id}:templates",
        )
        reader = Reader(caller.tenant.id)
        return Response(found.body(partial(presented, reader=reader)))

    @extend_schema(
        operation_id="createTemplate",
        summary=_lazy("Create a template"),
        parameters=[KEY],
        request=NewTemplateSerializer,
        responses={201: TemplateSerializer},
        tags=["Templates"],
    )
    def post(self, request: Request) -> Response:
        """Create a template; its first version is published, unless it is a draft."""
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
            lambda: presented(_create(caller, code, values)),
            place=lambda made: reverse(
                "api:template", kwargs={"template_id": made["id"]}
            ),
        )


def _create(caller: Caller, code: str, values: dict[str, Any]) -> Template:
    fields = _ours(values) | _layout(caller, code, values) | _variants(values)
    with writing():
        template = editing.create(
            caller.tenant,
            name=fields.pop("name"),
            channel_code=code,
            purpose=values.get("purpose") or Template.Purpose.TEMPLATE,
            description=fields.pop("description", ""),
            locale=fields.pop("locale", ""),
            draft=Draft(**fields),
            publish=_publish(values),
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
        """Publish a new version, change the draft, or rename."""
        caller = caller_of(request)
        template = editing.find(caller.tenant, template_id)
        given = TemplateChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        fields = _ours(values) | _variants(values)
        fields |= _layout(caller, template.channel, values)
        with writing():
            before = editing.snapshot(editing.find(caller.tenant, template_id))
            template = editing.change(
                caller.tenant,
                template_id,
                publish=_publish(values),
                **fields,
            )
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


def _variants(values: dict[str, Any]) -> dict[str, Any]:
    """By their tags in the one way of writing them; all of them are given at once."""
    if "variants" not in values:
        return {}
    given: dict[str, Any] = values["variants"]
    named = {
        (locales.canonical(tag) if locales.is_tag(tag) else tag): dict(words)
        for tag, words in given.items()
    }
    return {"variants": named}


def _layout(caller: Caller, code: str, values: dict[str, Any]) -> dict[str, Any]:
    """The layout's id for what the call names; null takes it away."""
    if "layout" not in values:
        return {}
    name = values["layout"]
    if not name:
        return {"layout": None}
    found = looking_up.layout(caller.tenant.id, name, channel=code)
    if found is None:
        raise InvalidTemplate(
            _("There is no layout of this name for %(channel)s.") % {"channel": code},
            field="layout",
        )
    return {"layout": found}


def _purpose(text: str) -> str:
    if text not in PURPOSES:
        raise Invalid(
            _("purpose is one of: %(known)s.") % {"known": ", ".join(PURPOSES)},
            field="purpose",
        )
    return text


def _publish(values: dict[str, Any]) -> bool:
    return values.get("publish", True) is not False


def _unquoted(name: str) -> str:
    """Document 003 writes ?name="Sample template": the quotes are not part of it."""
    stripped = name.strip()
    if len(stripped) >= 2 and stripped[0] == stripped[-1] and stripped[0] in "\"'":
        return stripped[1:-1]
    return stripped
