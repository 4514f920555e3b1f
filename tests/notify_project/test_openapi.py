"""The API says what it is and which version; whether it is right: tests/journeys."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from notify_project.openapi import DESCRIPTION


@pytest.mark.django_db
def test_the_description_says_whose_it_is_and_which_version():
    told = Client().get("/openapi.json").json()

    assert told["openapi"].startswith("3.1")
    assert told["info"]["title"] == "Notify"
    assert told["info"]["version"] == settings.VERSION
    assert told["info"]["description"] == DESCRIPTION["DESCRIPTION"]
