"""GET/POST /images, GET/PATCH/DELETE /images/{id}."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.fields import Base64, Strict, Text
from notify_project.api.pagination import PAGE, PageSerializer, page
from notify_project.api.queries import known
from notify_project.queue.writing import writing
from templates_app import images
from templates_app.models import Image
from tenants import auditing
from tenants.api import TenantView
from tenants.api.keyed import KEY, created
from tenants.callers import caller_of
from tenants.permissions import requires


class ChangeImageSerializer(Strict):
    """A new picture under the name, which stays."""

    content = Base64(
        required=False, help_text=_lazy("A PNG, JPEG or GIF of at most 500 KB.")
    )
    description = Text(required=False, max_length=300)


class NewImageSerializer(ChangeImageSerializer):
    """A picture, and the name that templates write: src="cid:logo"."""

    name = Text(max_length=100)
    content = Base64(help_text=_lazy("A PNG, JPEG or GIF of at most 500 KB."))


class ImageSerializer(serializers.Serializer[Any]):
    """An image without its bytes; width and height in points."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    contentType = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    sizeBytes = serializers.IntegerField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


class ImagesSerializer(PageSerializer):
    """A page of images, newest first."""

    data = ImageSerializer(many=True)  # type: ignore[assignment]


class Images(TenantView):
    """The tenant's images."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="listImages",
        summary=_lazy("List images, or find one by its name"),
        parameters=[
            OpenApiParameter("name", description=_lazy("Only the image of this name.")),
            *PAGE,
        ],
        responses=ImagesSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        tenant = caller_of(request).tenant
        asked = known(request, "name", "limit", "cursor")
        rows = Image.for_tenant(tenant).select_related("picture")
        rows = rows.defer("picture__data")
        if "name" in asked:
            rows = rows.filter(name__iexact=asked["name"])
        found = page(
            rows,
            cursor=asked.get("cursor"),
            limit=asked.get("limit"),
            bind=f"{tenant.id}:images",
        )
        return Response(found.body(presented))

    @extend_schema(
        operation_id="createImage",
        summary=_lazy("Upload an image"),
        parameters=[KEY],
        request=NewImageSerializer,
        responses={201: ImageSerializer},
        tags=["Templates"],
    )
    def post(self, request: Request) -> Response:
        """Templates, layouts and partials show it by its name."""
        caller = caller_of(request)
        given = NewImageSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        data = values.pop("content")

        def make() -> dict[str, Any]:
            with writing():
                made = images.create(caller.tenant, data=data, **values)
                auditing.record_call(caller, "created", made)
            return presented(images.find(caller.tenant, made.id))

        return created(request, "images", make, place=_place)


class OneImage(TenantView):
    """One image of the tenant."""

    permission_classes = [requires("manage", GET="read")]

    @extend_schema(
        operation_id="getImage",
        summary=_lazy("Read what an image is"),
        responses=ImageSerializer,
        tags=["Templates"],
    )
    def get(self, request: Request, image_id: UUID) -> Response:
        """Its type and size."""
        return Response(presented(images.find(caller_of(request).tenant, image_id)))

    @extend_schema(
        operation_id="changeImage",
        summary=_lazy("Change an image"),
        request=ChangeImageSerializer,
        responses=ImageSerializer,
        tags=["Templates"],
    )
    def patch(self, request: Request, image_id: UUID) -> Response:
        """What was accepted before goes out with the picture that it was then."""
        caller = caller_of(request)
        image = images.find(caller.tenant, image_id)
        given = ChangeImageSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        before = auditing.snapshot(image)
        with writing():
            images.change(
                image,
                data=values.get("content"),
                description=values.get("description"),
            )
            auditing.record_call(caller, "changed", image, before=before)
        return Response(presented(images.find(caller.tenant, image_id)))

    @extend_schema(
        operation_id="deleteImage",
        summary=_lazy("Delete an image"),
        responses={204: None},
        tags=["Templates"],
    )
    def delete(self, request: Request, image_id: UUID) -> Response:
        """409 while a template or an event type shows it."""
        caller = caller_of(request)
        image = images.find(caller.tenant, image_id)
        gone = auditing.snapshot(image)
        with writing():
            auditing.record_call(caller, "deleted", image, before=gone, after={})
            images.delete(image)
        return Response(status=204)


def presented(image: Image) -> dict[str, Any]:
    """An image as the API tells of it."""
    picture = image.picture
    return {
        "id": str(image.id),
        "name": image.name,
        "description": image.description,
        "contentType": picture.content_type,
        "width": picture.width,
        "height": picture.height,
        "sizeBytes": picture.size,
        "createdAt": image.created_at,
        "updatedAt": image.updated_at,
    }


def _place(made: Any) -> str:
    return reverse("api:image", kwargs={"image_id": made["id"]})
