"""Security headers: on every answer, errors and redirects too."""

import re

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import path


def own(request):
    return HttpResponse(headers={"Content-Security-Policy": "sandbox"})


def broken(request):
    raise ValueError


urlpatterns = [
    path("page", lambda request: HttpResponse(request.csp_nonce)),
    path("own", own),
    path("away", lambda request: HttpResponseRedirect("/page")),
    path("broken", broken),
    path("admin/page", lambda request: HttpResponse(request.csp_nonce)),
]
handler500 = "notify_project.api.problems.server_error"

pytestmark = pytest.mark.urls(__name__)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(response):
    parts = response["Content-Security-Policy"].split("; ")
    return {name: set(words) for name, *words in (part.split() for part in parts)}


@pytest.mark.parametrize(
    "address", ["/page", "/away", "/broken", "/nothing", "/admin/page", "/static/x.js"]
)
def test_every_answer_has_the_headers(address):
    response = Client(raise_request_exception=False).get(address)

    assert {name: response[name] for name in ALWAYS} == ALWAYS
    assert "camera=()" in response["Permissions-Policy"]
    rules = policy(response)
    assert rules["object-src"] == {"'none'"}
    assert rules["base-uri"] == {"'self'"}
    assert "'unsafe-inline'" not in rules["script-src"]


def test_scripts_come_from_us_or_carry_this_answers_nonce():
    first, second = Client().get("/page"), Client().get("/page")

    assert policy(first)["script-src"] == {
        "'self'",
        f"'nonce-{first.content.decode()}'",
    }
    assert policy(first)["style-src"] == policy(first)["script-src"]
    assert policy(first)["frame-ancestors"] == {"'none'"}
    assert first.content != second.content
    assert re.fullmatch(rb"[\w-]{22}", first.content)


def test_only_the_admin_may_evaluate_and_nobody_may_frame_it():
    rules = policy(Client().get("/admin/page"))

    assert "'unsafe-eval'" in rules["script-src"]
    assert rules["style-src"] == {"'self'", "'unsafe-inline'"}
    assert rules["frame-ancestors"] == {"'none'"}


def test_a_view_may_be_stricter():
    assert Client().get("/own")["Content-Security-Policy"] == "sandbox"
