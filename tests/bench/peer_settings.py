"""django-post_office, set up for throughput as its README says."""

import os
from typing import Any

from notify_project.settings import DATABASES, SECRET_KEY, USE_TZ

__all__ = ["DATABASES", "SECRET_KEY", "USE_TZ"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "post_office",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {},
    }
]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("BENCH_MAIL_PORT", "25"))
EMAIL_TIMEOUT = 15
# One process, as many threads as calls in flight, one batch. Its log of what was sent
# is on, which is its default.
POST_OFFICE: dict[str, Any] = {"THREADS_PER_PROCESS": 16, "BATCH_SIZE": 5000}
