"""The OpenAPI description lists each route once, and every problem it may answer."""

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from notify_project.api.views import JsonView


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request):
        return None


class Note(serializers.Serializer):
    text = serializers.CharField()


class NotesView(JsonView):
    authentication_classes = (KeyAuthentication,)
    permission_classes = (AllowAny,)

    @extend_schema(request=Note, responses={202: Note})
    def post(self, request):
        return Response(request.data, status=202)


class NoteView(JsonView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=Note)
    def get(self, request, note_id):
        return Response({"text": str(note_id)})


api = [
    path("notes", NotesView.as_view()),
    path("notes/<uuid:note_id>", NoteView.as_view()),
]
urlpatterns = [
    path("", include("notify_project.api.docs")),
    path("", include(api)),
    path("api/v1/", include(api)),
]

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def described():
    response = Client().get("/openapi.json")
    assert response.status_code == 200
    return response.json()


def test_it_is_openapi_3_1(described):
    assert described["openapi"].startswith("3.1")


def test_each_route_is_listed_once_under_its_canonical_address(described):
    assert set(described["paths"]) == {"/api/v1/notes", "/api/v1/notes/{note_id}"}


def test_an_operation_with_key_and_body_lists_its_problems(described):
    operation = described["paths"]["/api/v1/notes"]["post"]

    assert set(operation["responses"]) == {
        "202",
        "400",
        "401",
        "403",
        "409",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
    }
    assert operation["security"] == [{"ApiKey": []}, {"Bearer": []}]
    assert list(operation["requestBody"]["content"]) == ["application/json"]


def test_an_open_operation_on_one_thing_may_not_find_it(described):
    operation = described["paths"]["/api/v1/notes/{note_id}"]["get"]

    assert set(operation["responses"]) == {"200", "400", "404", "422", "500", "503"}
    assert "security" not in operation or operation["security"] in ([], [{}])


def test_every_reference_leads_somewhere(described):
    def references(node):
        if isinstance(node, dict):
            yield from [node["$ref"]] if "$ref" in node else []
            for inner in node.values():
                yield from references(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from references(inner)

    found = set(references(described))
    assert "#/components/schemas/Problem" in found
    for reference in found:
        node = described
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_callers_can_say_who_they_are_in_two_ways(described):
    schemes = described["components"]["securitySchemes"]

    assert schemes["ApiKey"]["name"] == "X-API-KEY"
    assert schemes["Bearer"]["scheme"] == "bearer"


def test_swagger_ui_loads_nothing_from_outside_and_has_no_inline_script():
    page = Client().get("/docs").content.decode()

    assert "swagger-ui-bundle.js" in page
    assert "//" not in page.replace("<!DOCTYPE", "")
    assert page.count("<script") == page.count("<script src=")


def test_swagger_uis_own_script_comes_as_a_script():
    response = Client().get("/docs?script=")

    assert response["Content-Type"].startswith("application/javascript")
    assert "/openapi.json" in response.content.decode().replace("\\u002D", "-")
