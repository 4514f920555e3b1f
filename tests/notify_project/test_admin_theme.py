"""The admin looks like Notify, with nothing from outside."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from notify_project.admin_theme import UNFOLD


@pytest.fixture
def page(db):
    return Client().get("/admin/login/").content.decode()


def test_the_page_says_whose_it_is(page):
    assert re.search(r"<title>[^<]*Notify", page)


@pytest.mark.parametrize(
    "file",
    [
        "notify_project/admin.css",
        "notify_project/admin.js",
        "notify_project/favicon.svg",
    ],
)
def test_its_own_files_are_linked_and_there(page, file):
    assert f"/static/{file}" in page
    assert finders.find(file)


def test_its_colour_is_told_from_light_to_dark():
    shades = UNFOLD["COLORS"]["primary"]
    lightness = [float(colour[6:].partition("%")[0]) for colour in shades.values()]

    assert lightness == sorted(lightness, reverse=True)
