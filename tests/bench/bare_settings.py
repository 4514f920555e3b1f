"""Settings of the bare view: ours, without our middleware and addresses."""

from notify_project.settings import *  # noqa: F403 - settings are read by name

MIDDLEWARE = []
ROOT_URLCONF = "tests.bench.bare_view"
