"""The OpenAPI description: which routes it lists, what every operation may answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

CANONICAL_PREFIX = "/api/v1/"

_PROBLEM_REF = "#/components/schemas/Problem"
_PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": _PROBLEM_REF}}}
_TEXT = {"type": "string"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457). `type` links to its entry in the guide.",
    "required": ["type", "title", "status", "detail", "errors", "correlationId"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {"field": _TEXT, "code": _TEXT, "message": _TEXT},
            },
        },
        "correlationId": _TEXT,
    },
}

SECURITY_SCHEMES: dict[str, Any] = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-KEY"},
    "Bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
}

# status: (name of the shared response, what it says)
_EVERYWHERE = {
    "400": ("Malformed", "The request cannot be read."),
    "422": ("Invalid", "Readable, but it cannot be carried out as it stands."),
    "500": ("InternalError", "Our fault; quote the correlation id."),
    "503": ("Unavailable", "Something of ours is not there; see Retry-After."),
}
_WITH_CREDENTIALS = {
    "401": ("Unauthenticated", "Credentials are missing or not valid."),
    "403": ("Forbidden", "The credentials do not allow this."),
    "429": ("TooMany", "Over the limit; see Retry-After."),
}
_WITH_BODY = {
    "413": ("TooLarge", "The body is larger than this address takes."),
    "415": ("UnsupportedMedia", "Not JSON in UTF-8."),
}
_WITH_ID = {"404": ("NotFound", "There is no such thing, or it is not yours.")}
_CHANGING = {"409": ("Conflict", "It cannot be done in the present state.")}
_METHODS = ("get", "put", "post", "delete", "patch")


class ProblemAutoSchema(AutoSchema):
    """DEFAULT_SCHEMA_CLASS: JSON bodies, and our two ways to say who is calling."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Either scheme, where the view authenticates at all."""
        if not self.view.get_authenticators():
            return []
        return [{name: []} for name in SECURITY_SCHEMES]

    def map_parsers(self) -> list[str]:
        """The strict parser takes every type, to refuse it in words; it reads JSON."""
        types = super().map_parsers()
        return ["application/json" if name == "*/*" else name for name in types]


def canonical_only(endpoints: list[Any], **_: Any) -> list[Any]:
    """PREPROCESSING_HOOKS: the routes under /api/v1, not their twins at the root."""
    return [one for one in endpoints if one[0].startswith(CANONICAL_PREFIX)]


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """POSTPROCESSING_HOOKS: the problems that each operation may answer with."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = SECURITY_SCHEMES
    shared = components.setdefault("responses", {})
    for item in result.get("paths", {}).values():
        for method in (one for one in _METHODS if one in item):
            operation = item[method]
            for status, (name, description) in _problems_of(method, operation).items():
                shared[name] = _response(description)
                _answer(operation["responses"], status, name)
    return result


def _answer(responses: dict[str, Any], status: str, name: str) -> None:
    """Beside an answer of the operation's own, where it has one of that status."""
    if status in responses:
        responses[status].setdefault("content", {}).update(_PROBLEM_CONTENT)
    else:
        responses[status] = {"$ref": f"#/components/responses/{name}"}


def _problems_of(method: str, operation: dict[str, Any]) -> dict[str, tuple[str, str]]:
    parameters = operation.get("parameters", [])
    found = dict(_EVERYWHERE)
    if operation.get("security"):
        found |= _WITH_CREDENTIALS
    if method != "get":
        found |= _CHANGING
    if "requestBody" in operation:
        found |= _WITH_BODY
    if any(_is_id(parameter) for parameter in parameters):
        found |= _WITH_ID
    return found


def _is_id(parameter: dict[str, Any]) -> bool:
    """In the path or the query: what it names may not be there."""
    return bool(
        parameter.get("in") == "path"
        or parameter.get("schema", {}).get("format") == "uuid"
    )


def _response(description: str) -> dict[str, Any]:
    return {"description": description, "content": dict(_PROBLEM_CONTENT)}
