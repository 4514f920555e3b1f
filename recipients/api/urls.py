"""The suppression list."""

from django.urls import path

from recipients.api.suppressions import OneSuppression, Suppressions

urlpatterns = [
    path("suppressions", Suppressions.as_view()),
    path(
        "suppressions/<uuid:suppression_id>",
        OneSuppression.as_view(),
        name="suppression",
    ),
]
