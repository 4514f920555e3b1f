"""Every setting, read from the environment, with its default and its reason.

Production differs from a laptop by environment alone, never by module. Names and
defaults are listed in .env.example. Without DATABASE_URL the installation is
"embedded": SQLite, a small broker and its secrets live in VAR_DIR.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from notify_project import (
    admin_theme,
    lanes,
    openapi,
    provider_settings,
    secret_file,
    signin_settings,
    version,
)
from notify_project.environment import Environment
from notify_project.lanes import *  # noqa: F403 - settings to all others
from notify_project.queue import transport

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
# Embedded: everything in one folder on one machine; see docs/decisions/.
EMBEDDED = env.bool("EMBEDDED", default="DATABASE_URL" not in env.ENVIRON)
if EMBEDDED:
    secret_file.ensure(VAR_DIR / "secrets.env")
    env.read_env(VAR_DIR / "secrets.env")


def _secret(name: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment or in .env; "
            "`python -m notify_project.secret_file` prints fresh values."
        )
    return str(value)


# --- Secrets: four, each with one purpose, so that one leak opens one door ---
SECRET_KEY = _secret("SECRET_KEY")
SEALING_KEYS = _secret("SEALING_KEYS")  # "id:base64,id:base64"; the first one writes
SEARCH_KEY = _secret("SEARCH_KEY")  # keyed hashes of addresses
KEY_PEPPER = _secret("KEY_PEPPER")  # keyed hashes of API keys

# The changelog says which version this is, so that it cannot be forgotten.
VERSION = version.read(BASE_DIR / "CHANGELOG.md")
DEBUG = env.bool_in_one_folder("DEBUG", embedded=EMBEDDED)
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])

# Our own mails (verification, invitations) come from here.
SYSTEM_SENDER = env.str("SYSTEM_SENDER", default="notify@example.org")
ACCOUNT_VARIABLES = provider_settings.account_variables(env)

# --- Who may be trusted, and where we may go ---
# Proxies whose X-Consumer-*, X-Tenant-ID and X-Forwarded-* headers we believe.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
GATEWAY_AUTO_REGISTER = env.bool("GATEWAY_AUTO_REGISTER", default=False)
EGRESS_ALLOW = env.list(
    "EGRESS_ALLOW", default=["127.0.0.0/8", "::1/128"] if EMBEDDED else []
)
EGRESS_DENY = env.list("EGRESS_DENY", default=[])
EGRESS_ALLOW_HTTP = env.bool("EGRESS_ALLOW_HTTP", default=False)
EGRESS_CA_FILE = env.str("EGRESS_CA_FILE", default="")

# --- Applications ---
INSTALLED_APPS = [
    "notify_project",
    "tenants",
    "providers",
    "recipients",
    "templates_app",
    "callbacks",
    "delivery",
    "events",
    "unfold.apps.BasicAppConfig",  # before the admin: its templates win
    "notify_project.admin_config.NotifyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIDDLEWARE = [
    "notify_project.observability.correlation.CorrelationMiddleware",
    "notify_project.observability.headers.SecurityHeadersMiddleware",
    "tenants.throttling.RateLimitHeadersMiddleware",
    "tenants.refusals.RefusedCallsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tenants.sessions.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "notify_project.urls"
WSGI_APPLICATION = "notify_project.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "notify_project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database: the one place where truth is kept ---
# Quoted, since a folder's name may hold what means something else in a URL.
_embedded_url = f"sqlite:///{quote(str(VAR_DIR))}/notify.db"
DATABASES = {"default": env.db_url("DATABASE_URL", default=_embedded_url)}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # FULL: with NORMAL a power cut may take the last commits, and with them a message
    # that we said we had. IMMEDIATE: a transaction that will write waits at its start.
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;"
        ),
    }
else:
    _database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE_SECONDS", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    # No statement, lock or idle transaction may hold a claim open for long. Empty it
    # where a pooler refuses start-up options, and set the same on the database role.
    _options = env.str(
        "DATABASE_OPTIONS",
        default="-c statement_timeout=10s -c lock_timeout=2s "
        "-c idle_in_transaction_session_timeout=15s",
    )
    if _options:
        _database.setdefault("OPTIONS", {})["options"] = _options
    # A host that has vanished is noticed in seconds, not by TCP's own patience.
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
    _database["OPTIONS"].setdefault("tcp_user_timeout", 10_000)

# --- The queue: rows in the database; Celery carries door-bells only ---
BROKER_URL = env.str("BROKER_URL", default="")
WORKER_LANES = tuple(env.list("WORKER_LANES", default=list(lanes.LANES)))
# Calls in flight per lane and worker process; each holds one thread.
LANE_CONCURRENCY = env.int("LANE_CONCURRENCY", default=16)
# Documents made side by side in one worker process.
DOCUMENT_CONCURRENCY = env.int("DOCUMENT_CONCURRENCY", default=2)
# Bytes of attachments in flight per worker process; a mail costs three times its size.
FILES_IN_FLIGHT_BYTES = env.int("FILES_IN_FLIGHT_MB", default=32) * 1_000_000
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=1.0 if EMBEDDED else 5.0)
LEASE_SECONDS = env.float("LEASE_SECONDS", default=60.0)

CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A bell that cannot be published at once is dropped: the sweeper makes up for it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = transport.options(BROKER_URL, VAR_DIR)
CELERY_TASK_DEFAULT_QUEUE_TYPE = "classic"  # a quorum would guard what may be lost
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = len(lanes.LANES) + 2
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "notify.sweep", "schedule": SWEEP_SECONDS},
    "chores": {"task": "notify.chores", "schedule": 10.0},
}
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- Accepting: limits and windows; a tenant's own value wins where it has one ---
IDEMPOTENCY_WINDOW_SECONDS = env.int("IDEMPOTENCY_WINDOW_SECONDS", default=300)
IDEMPOTENCY_KEY_SECONDS = env.int("IDEMPOTENCY_KEY_SECONDS", default=86_400)
WEB_PROCESSES = env.int("WEB_PROCESSES", default=1)
# One web process can count in memory; several need the row.
RATE_LIMIT_STORE = env.str(
    "RATE_LIMIT_STORE", default="memory" if WEB_PROCESSES == 1 else "database"
)
REQUESTS_PER_MINUTE_LIVE = env.int("REQUESTS_PER_MINUTE_LIVE", default=6000)
REQUESTS_PER_MINUTE_TEST = env.int("REQUESTS_PER_MINUTE_TEST", default=600)
ENVELOPE_RECIPIENTS = env.int("ENVELOPE_RECIPIENTS", default=50)
REQUEST_RECIPIENTS = env.int("REQUEST_RECIPIENTS", default=1000)
# Subscribers of the lists of one request; beyond REQUEST_RECIPIENTS workers compose.
FAN_OUT_RECIPIENTS = env.int("FAN_OUT_RECIPIENTS", default=100_000)
# People of one chunk: a killed worker's work is lost by so many, and done again.
CHUNK_PEOPLE = 500
# What providers told us: how long it is kept, and how often an account may be told.
RECEIPT_DAYS = env.int("RECEIPT_DAYS", default=30)
RECEIPTS_PER_MINUTE = env.int("RECEIPTS_PER_MINUTE", default=60_000)
# Jinja's sandbox does not bound cost; it runs in a limited child, and only if allowed.
ALLOW_JINJA = env.bool("ALLOW_JINJA", default=False)
# Layers, keys and tenants may be this old in a process's memory.
CACHE_SECONDS = env.float("CACHE_SECONDS", default=5.0)
# Of the admin's forms; the API's parser bounds bodies per route.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Figures: for Prometheus and for StatsD ---
# Without it there is no /metrics: figures tell how much who sends.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
STATSD_HOST = env.str("STATSD_HOST", default="")
STATSD_PORT = env.int("STATSD_PORT", default=8125)

# --- The mailbox of `make run` ---
MAILBOX_DIR = Path(env.str("MAILBOX_DIR", default=str(VAR_DIR / "mailbox")))
MAILBOX_PORT = env.int("MAILBOX_PORT", default=2525)

# --- The API ---
REST_FRAMEWORK = openapi.FRAMEWORK
SPECTACULAR_SETTINGS = {**openapi.DESCRIPTION, "VERSION": VERSION}

# --- Logs: JSON on stdout, by an allow-list of fields ---
LOGGING_CONFIG = "notify_project.observability.logs.configure"
LOGGING = {"readable": DEBUG, "reveal": DEBUG}

# --- The web ---
CSRF_FAILURE_VIEW = "notify_project.api.problems.csrf_failure"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "notify_project" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = "notify_project.formats"
STATIC_URL = "/static/"
# No collectstatic step on a laptop.
STATIC_ROOT = None if EMBEDDED else BASE_DIR / "static"
WHITENOISE_USE_FINDERS = EMBEDDED
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
SIGN_IN = signin_settings.read(env, embedded=EMBEDDED)
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts read the form's
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-notify" if _https else "notify"
CSRF_COOKIE_NAME = "__Host-notify-csrf" if _https else "notify-csrf"
MESSAGE_STORAGE = "notify_project.message_cookie.OwnStorage"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=_https)
SECURE_REDIRECT_EXEMPT = [r"^health"]  # probes speak plain HTTP inside the cluster
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in (
        *("UserAttributeSimilarity", "MinimumLength"),
        *("CommonPassword", "NumericPassword"),
    )
]

UNFOLD = admin_theme.UNFOLD  # the admin's looks
