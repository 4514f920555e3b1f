"""How the API describes itself: names, version, and what is added to each answer.

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
    "ENUM_NAME_OVERRIDES": {
        "TemplatePurposeEnum": ["template", "layout", "partial"],
    },
    "PREPROCESSING_HOOKS": ["notify_project.api.schema.canonical_only"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "notify_project.api.schema.add_problems",
    ],
}
