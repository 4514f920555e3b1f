"""Endpoints, and what they were told."""

from django.urls import path

from callbacks.api.callbacks import (
    Callbacks,
    OneCallback,
    Recoveries,
    Resend,
    SendExample,
)
from callbacks.api.endpoints import Endpoints, EndpointSecret, OneEndpoint
from callbacks.api.expunging import ExpungeOne, Expungings
from callbacks.api.service_callbacks import OneServiceCallback, ServiceCallbacks

_SERVICE = "service/<id:service_id>/callback-api"
_ONE = "registerCallback/<id:endpoint_id>"

urlpatterns = [
    path("notify/registerCallback", Endpoints.as_view()),
    path(f"notify/{_ONE}", OneEndpoint.as_view(), name="callback-endpoint"),
    path(f"notify/{_ONE}/secret", EndpointSecret.as_view()),
    path(f"notify/{_ONE}/example", SendExample.as_view()),
    path(f"notify/{_ONE}/recover", Recoveries.as_view()),
    path(f"notify/{_ONE}/expunge", Expungings.as_view()),
    path("notify/callbacks", Callbacks.as_view()),
    path("notify/callbacks/<id:callback_id>", OneCallback.as_view()),
    path("notify/callbacks/<id:callback_id>/resend", Resend.as_view()),
    path("notify/callbacks/<id:callback_id>/expunge", ExpungeOne.as_view()),
    # A shorter spelling; the description lists it once.
    path("registerCallback", Endpoints.as_view(schema=None)),
    path(_ONE, OneEndpoint.as_view(schema=None)),
    path(f"{_ONE}/secret", EndpointSecret.as_view(schema=None)),
    path(_SERVICE, ServiceCallbacks.as_view()),
    path(f"{_SERVICE}/<id:callback_api_id>", OneServiceCallback.as_view()),
]
