"""What became of notifications, and counts of them."""

from django.urls import path

from delivery.api.notifications import Notifications, OneNotification
from delivery.api.received_texts import OneReceivedText, ReceivedTexts
from delivery.api.reports import DailyCsv, DailyReport

urlpatterns = [
    path("notify", Notifications.as_view()),
    path("notify/<id:notify_id>", OneNotification.as_view(), name="notification"),
    # Where an earlier service of this kind had it; the description lists it once.
    path("notify/status/<id:notify_id>", OneNotification.as_view(schema=None)),
    path("received-texts", ReceivedTexts.as_view()),
    path("received-texts/<id:text_id>", OneReceivedText.as_view()),
    path("reports/daily", DailyReport.as_view()),
    path("reports/daily.csv", DailyCsv.as_view()),
]
