"""Whatever goes wrong, the caller gets a problem that helps and gives nothing away."""

import io
import json
import logging.config

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import exceptions as django_errors
from django.db import DataError, InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, UnreadablePostError
from django.test import Client, RequestFactory
from django.urls import path
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from notify_project import errors
from notify_project.api import problems
from notify_project.api.guide import errors_guide
from notify_project.api.views import JsonView
from notify_project.observability import logs

SECRET = "lucky@applicant.example"  # a canary, not a password

raised: list[BaseException] = []


class RaisingView(JsonView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    def get(self, request):
        raise raised[-1]


class Recipients(serializers.Serializer):
    to = serializers.ListField(child=serializers.EmailField(), min_length=1)


class Attachment(serializers.Serializer):
    filename = serializers.CharField(max_length=5)


class Email(serializers.Serializer):
    recipients = Recipients()
    attachments = Attachment(many=True, required=False)

    def validate(self, attrs):
        if attrs.get("attachments") == []:
            raise serializers.ValidationError("Nothing to send.", code="empty")
        return attrs


class Body(serializers.Serializer):
    email = Email()


class ValidatingView(RaisingView):
    def post(self, request):
        Body(data=request.data).is_valid(raise_exception=True)
        return Response({})


def plain(request, **_):
    raise raised[-1]


urlpatterns = [
    path("raise", RaisingView.as_view()),
    path("validate", ValidatingView.as_view()),
    path("plain", plain),
    path("slashed/", plain),
    path("admin/plain", plain),
]
handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error

pytestmark = pytest.mark.urls(__name__)


def get(address, error=None, **headers):
    raised[:] = [error] if error else raised
    return Client(raise_request_exception=False).get(address, headers=headers)


def problem_in(response):
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert list(problem) == [
        "type",
        "title",
        "status",
        "detail",
        "errors",
        "correlationId",
    ]
    assert problem["status"] == response.status_code
    return problem


FAMILIES = [
    (errors.Malformed, 400),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.TooLarge, 413),
    (errors.UnsupportedMedia, 415),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
]


@pytest.mark.parametrize(("family", "status"), FAMILIES)
@pytest.mark.parametrize("address", ["/raise", "/plain"])
def test_each_family_has_its_status(family, status, address):
    error = family("email.to is empty. Give a recipient.", field="email.to")

    problem = problem_in(get(address, error))

    assert problem["status"] == status
    assert problem["type"].endswith(f"/docs/errors#{family.code}")
    assert problem["title"] == family.title
    assert problem["detail"] == "email.to is empty. Give a recipient."
    assert problem["errors"] == [
        {
            "field": "email.to",
            "code": family.code,
            "message": "email.to is empty. Give a recipient.",
        }
    ]


def test_a_subclass_keeps_the_status_and_brings_its_code():
    class UnknownEventType(errors.Invalid):
        code = "unknown_event_type"

    problem = problem_in(get("/raise", UnknownEventType("No such event type.")))

    assert problem["status"] == 422
    assert problem["type"].endswith("#unknown_event_type")


def test_every_family_and_kit_error_has_its_entry_in_the_guide():
    entries = {entry.code for entry in errors_guide().entries}

    def codes(family):
        yield family.code
        for one in family.__subclasses__():
            if one.__module__.startswith("notify_project."):
                yield from codes(one)

    assert set(codes(errors.NotifyError)) <= entries
    assert {"internal_error", "not_text", "duplicate_key", "in_use"} <= entries


def test_the_correlation_id_is_in_body_and_header():
    response = get("/raise", errors.NotFound("x"), **{"X-Correlation-Id": "abc-1"})

    assert problem_in(response)["correlationId"] == "abc-1"
    assert response["X-Correlation-Id"] == "abc-1"


def test_401_tells_how_to_authenticate():
    response = get("/raise", errors.Unauthenticated("Who are you?"))

    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("error", "header"),
    [
        (errors.TooMany("x", retry_after_seconds=2.1), "3"),
        (errors.TooMany("x"), "1"),
        (errors.Unavailable("x"), "5"),
        (drf.Throttled(wait=7), "7"),
        (OperationalError("x"), "5"),
    ],
)
def test_retry_after_is_whole_seconds_rounded_up(error, header):
    assert get("/raise", error)["Retry-After"] == header


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (drf.ParseError(), 400, "malformed"),
        (drf.NotAuthenticated(), 401, "unauthenticated"),
        (drf.AuthenticationFailed(), 401, "unauthenticated"),
        (drf.PermissionDenied(), 403, "forbidden"),
        (drf.NotFound(), 404, "not_found"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (drf.NotAcceptable(), 406, "not_acceptable"),
        (drf.UnsupportedMediaType("a/b"), 415, "unsupported_media_type"),
        (drf.ValidationError("Wrong."), 422, "invalid"),
        (drf.Throttled(), 429, "rate_limited"),
        (drf.APIException(), 500, "internal_error"),
        (Http404("No Tenant matches"), 404, "not_found"),
        (django_errors.PermissionDenied(SECRET), 403, "forbidden"),
        (django_errors.ValidationError("Wrong."), 422, "invalid"),
        (django_errors.BadRequest(SECRET), 400, "malformed"),
        (django_errors.SuspiciousOperation(SECRET), 400, "malformed"),
        (django_errors.RequestDataTooBig(SECRET), 413, "too_large"),
        (django_errors.TooManyFieldsSent(SECRET), 400, "too_many_fields"),
        (django_errors.DisallowedHost(SECRET), 400, "unknown_host"),
        (UnreadablePostError(SECRET), 400, "incomplete_body"),
        (DataError(SECRET), 422, "invalid"),
        (OperationalError(SECRET), 503, "unavailable"),
        (InterfaceError(SECRET), 503, "unavailable"),
        (ValueError(SECRET), 500, "internal_error"),
        (RecursionError(SECRET), 500, "internal_error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors_of_others_become_problems_that_quote_nothing(error, status, code):
    response = get("/raise", error)

    problem = problem_in(response)
    assert (problem["status"], problem["type"].rpartition("#")[2]) == (status, code)
    assert problem["detail"]
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError(SECRET), 503),
        (ValueError(SECRET), 500),
        (django_errors.DisallowedHost(SECRET), 400),
        (django_errors.PermissionDenied(SECRET), 403),
        (Http404(SECRET), 404),
    ],
)
def test_views_without_drf_answer_problems_too(error, status):
    response = get("/plain", error)

    assert problem_in(response)["status"] == status
    assert SECRET not in response.content.decode()


@pytest.fixture
def log_output():
    """Our JSON log lines, as they would go to stdout."""
    output = io.StringIO()
    config = logs.logging_config()
    config["handlers"]["stdout"]["stream"] = output
    logging.config.dictConfig(config)
    yield output
    logs.configure()


def test_an_unforeseen_error_is_logged_once_and_without_its_message(log_output):
    get("/raise", ValueError(SECRET), **{"X-Correlation-Id": "find-me"})

    lines = [json.loads(line) for line in log_output.getvalue().splitlines()]
    failures = [line for line in lines if "exception" in line]
    assert len(failures) == 1
    assert failures[0]["exception"]["type"] == "ValueError"
    assert failures[0]["correlation_id"] == "find-me"
    assert SECRET not in json.dumps(lines)


def test_an_unforeseen_error_reaches_a_developer_in_tests():
    raised[:] = [ValueError("seen")]

    with pytest.raises(ValueError, match="seen"):
        Client().get("/raise")


def test_validation_errors_carry_dotted_paths():
    body = {
        "email": {
            "recipients": {"to": ["me@example.com", "nobody"]},
            "attachments": [{"filename": "ok"}, {"filename": "too long"}],
        }
    }

    problem = problem_in(Client().post("/validate", body, "application/json"))

    assert {error["field"]: error["code"] for error in problem["errors"]} == {
        "email.recipients.to[1]": "invalid",
        "email.attachments[1].filename": "max_length",
    }
    assert problem["detail"].startswith("email.recipients.to[1]: ")
    assert "1 more" in problem["detail"]


def test_a_complaint_about_a_whole_object_names_the_object():
    body = {"email": {"recipients": {"to": ["me@example.com"]}, "attachments": []}}

    problem = problem_in(Client().post("/validate", body, "application/json"))

    assert problem["errors"] == [
        {"field": "email", "code": "empty", "message": "Nothing to send."}
    ]


def test_a_missing_object_is_named():
    problem = problem_in(Client().post("/validate", {}, "application/json"))

    assert problem["errors"][0]["field"] == "email"


def test_model_validation_names_its_fields():
    error = django_errors.ValidationError(
        {"name": [django_errors.ValidationError("Taken: %(x)s", "unique", {"x": 1})]}
    )

    problem = problem_in(get("/raise", error))

    assert problem["errors"] == [
        {"field": "name", "code": "unique", "message": "Taken: 1"}
    ]


def test_what_is_in_use_says_by_what():
    error = ProtectedError("x", {ContentType(pk=1, app_label="a", model="b")})

    problem = problem_in(get("/raise", error))

    assert problem["status"] == 409
    assert "1 x content type" in problem["detail"]


def test_an_unknown_address_is_a_problem_with_a_hint_at_the_slash():
    problem = problem_in(get("/raise/"))

    assert problem["status"] == 404
    assert problem["type"].endswith("#unknown_address")
    assert "Did you mean /raise?" in problem["detail"]


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/notify/..%2f..%2fetc", "/%00", "/%ff%fe", "/" + "x" * 9000, "//"],
)
def test_odd_addresses_are_404_problems(address):
    assert problem_in(get(address))["status"] == 404


def test_the_admin_keeps_its_pages():
    for error, status in [
        (Http404(), 404),
        (django_errors.PermissionDenied(), 403),
        (django_errors.SuspiciousOperation(), 400),
        (ValueError(), 500),
    ]:
        response = get("/admin/plain", error)

        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")


def test_a_csrf_failure_is_a_problem_outside_the_admin():
    factory = RequestFactory()

    api = problems.csrf_failure(factory.post("/raise"), "no cookie")
    page = problems.csrf_failure(factory.post("/admin/"), "no cookie")

    assert (api.status_code, api["Content-Type"]) == (403, problems.MEDIA_TYPE)
    assert (page.status_code, page["Content-Type"][:9]) == (403, "text/html")


def test_a_foreign_host_header_is_a_problem():
    raised[:] = [errors.NotFound("x")]

    response = Client().get("/raise", headers={"Host": "evil.example"})

    assert problem_in(response)["type"].endswith("#unknown_host")


def test_thousands_of_query_parameters_are_not_an_error_of_ours():
    query = "&".join(f"p{n}=1" for n in range(10_000))

    assert get(f"/nothing?{query}").status_code == 404


def test_large_headers_are_not_an_error_of_ours():
    response = get("/nothing", **{"X-Large": "x" * 16_000, "X-Correlation-Id": "é"})

    assert problem_in(response)["status"] == 404
