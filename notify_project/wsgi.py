"""The web process: `gunicorn notify_project.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from notify_project.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notify_project.settings")

application = get_wsgi_application()

get_resolver().url_patterns  # noqa: B018, loads every view now, not with a request
settle()
