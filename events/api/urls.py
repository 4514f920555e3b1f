"""Sending and previewing."""

from django.urls import path

from events.api import event_types, notify, notify_event

urlpatterns = [
    path("notifyevent", notify_event.NotifyEvent.as_view()),
    path("notifyevent/preview", notify_event.PreviewEvent.as_view()),
    path("notifyevent/types", event_types.EventTypes.as_view()),
    path("notifysimple", notify.NotifySimple.as_view()),
    path("notifysimple/preview", notify.PreviewSimple.as_view()),
    path("notifysimple/email", notify.NotifyEmail.as_view()),
    path("notifysimple/email/preview", notify.PreviewEmail.as_view()),
    path("notifysimple/sms", notify.NotifySms.as_view()),
    path("notifysimple/sms/preview", notify.PreviewSms.as_view()),
    path("notifysimple/msgApp", notify.NotifyChat.as_view()),
    path("notifysimple/msgApp/preview", notify.PreviewChat.as_view()),
    # Other spellings of the two above; the description lists a thing once.
    path("notifysimple/msgapp", notify.NotifyChat.as_view(schema=None)),
    path("notifysimple/msgapp/preview", notify.PreviewChat.as_view(schema=None)),
]
