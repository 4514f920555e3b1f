"""Senders."""

from django.urls import path

from providers.api.senders import OneSender, Senders

urlpatterns = [
    path("senders", Senders.as_view()),
    path("senders/<id:sender_id>", OneSender.as_view(), name="sender"),
]
