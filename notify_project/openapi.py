"""How the API describes itself and is served: names, version, what answers have added.

https://drf-spectacular.readthedocs.io/en/latest/settings.html
"""

from __future__ import annotations

from typing import Any

DESCRIPTION: dict[str, Any] = {
    "TITLE": "Notify",
    "DESCRIPTION": "Send notifications over many channels, and follow each to its end.",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SECURITY": [],
    # The ids of api/paths.py.
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "string", "format": "uuid"}},
    "ENUM_NAME_OVERRIDES": {
        "TemplatePurposeEnum": ["template", "layout", "partial"],
        "EndpointKindEnum": [
            *("events", "delivery_status", "inbound_sms"),
            *("complaint", "returned_letter"),
        ],
    },
    "PREPROCESSING_HOOKS": ["notify_project.api.schema.canonical_only"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "notify_project.api.schema.add_problems",
    ],
}

# How Django REST framework serves it.
FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenants.authentication.ApiKeyAuthentication",
        "tenants.authentication.JwtAuthentication",
        "tenants.authentication.GatewayAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.permissions.Deny"],
    "DEFAULT_PARSER_CLASSES": ["notify_project.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "notify_project.api.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "notify_project.api.problems.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["tenants.throttling.TenantThrottle"],
    "UNAUTHENTICATED_USER": None,
}
