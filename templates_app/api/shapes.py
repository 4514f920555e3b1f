"""The shapes of requests and answers about templates; only shapes, no meaning."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import serializers

from notify_project.api.fields import Choice, Strict, Switch, Text
from notify_project.api.pagination import PageSerializer

PURPOSES = ("template", "layout", "partial")
BODY_LENGTH = 1_000_000
_SYNONYMS = {
    "channelCode": "channel",
    "message": "body",
    "engineCode": "renderer",
    "engine": "renderer",
}


class VariantSerializer(Strict):
    """A template's words in another language."""

    subject = Text(required=False, max_length=10_000)
    body = Text(max_length=BODY_LENGTH)


class TemplateChangeSerializer(Strict):
    """What PATCH may change; changed wording is a new version, published at once."""

    name = Text(required=False, max_length=200)
    description = Text(required=False, allow_null=True, max_length=2000)
    subject = Text(required=False, allow_null=True, max_length=10_000)
    body = Text(required=False, max_length=BODY_LENGTH)
    message = Text(required=False, max_length=BODY_LENGTH)
    bodyType = Text(required=False, allow_null=True, max_length=20)
    renderer = Text(required=False, allow_null=True, max_length=20)
    engine = Text(required=False, allow_null=True, max_length=20)
    engineCode = Text(required=False, allow_null=True, max_length=20)
    layout = Text(
        required=False,
        allow_null=True,
        max_length=200,
        help_text=_lazy("What is put around the body, by name or id."),
    )
    locale = Text(required=False, allow_null=True, max_length=35)
    variants = serializers.DictField(
        child=VariantSerializer(),
        required=False,
        help_text=_lazy("The same words in other languages, by their tags."),
    )
    publish = Switch(
        required=False,
        help_text=_lazy("false keeps the wording as a draft, which is not sent."),
    )

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
    purpose = Choice(PURPOSES, required=False)
    channel = Text(required=False, max_length=20)
    channelCode = Text(required=False, max_length=20)


class TemplateSerializer(serializers.Serializer[Any]):
    """A template with its published wording."""

    id = serializers.UUIDField()
    templateId = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    purpose = serializers.ChoiceField(PURPOSES)
    channel = serializers.CharField()
    version = serializers.IntegerField()
    subject = serializers.CharField(required=False)
    body = serializers.CharField()
    bodyType = serializers.CharField(allow_null=True)
    renderer = serializers.CharField(allow_null=True)
    layout = serializers.CharField(allow_null=True)
    locale = serializers.CharField(allow_null=True)
    variants = serializers.DictField(child=VariantSerializer())
    params = serializers.ListField(child=serializers.CharField())
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


class TemplatesSerializer(PageSerializer):
    """A page of templates, newest first."""

    data = TemplateSerializer(many=True)  # type: ignore[assignment]


class VersionSerializer(serializers.Serializer[Any]):
    """One version's wording, and when it was written and published."""

    version = serializers.IntegerField()
    status = serializers.ChoiceField(["draft", "published", "earlier"])
    subject = serializers.CharField(required=False)
    body = serializers.CharField()
    bodyType = serializers.CharField(allow_null=True)
    renderer = serializers.CharField(allow_null=True)
    createdAt = serializers.DateTimeField()
    publishedAt = serializers.DateTimeField(allow_null=True)


class VersionsSerializer(serializers.Serializer[Any]):
    """All versions of a template, the newest first."""

    data = VersionSerializer(many=True)  # type: ignore[assignment]


class PublishSerializer(Strict):
    """Which version shall be sent; without one it is the draft."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=10**6)
