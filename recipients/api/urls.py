"""Lists and their subscriptions, and the suppression list."""

from django.urls import path

from recipients.api.lists import Lists, OneList
from recipients.api.safe_list import SafeList
from recipients.api.subscriptions import OneSubscription, Subscriptions
from recipients.api.suppressions import OneSuppression, Suppressions

urlpatterns = [
    path("lists", Lists.as_view()),
    path("lists/<id:list_id>", OneList.as_view(), name="list"),
    path("subscriptions", Subscriptions.as_view()),
    path(
        "subscriptions/<id:subscription_id>",
        OneSubscription.as_view(),
        name="subscription",
    ),
    path("safe-list", SafeList.as_view()),
    path("suppressions", Suppressions.as_view()),
    path(
        "suppressions/<id:suppression_id>",
        OneSuppression.as_view(),
        name="suppression",
    ),
]
