"""The web process: `gunicorn notify_project.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notify_project.settings")

application = get_wsgi_application()
