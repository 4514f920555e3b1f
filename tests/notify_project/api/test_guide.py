"""The page behind each problem's `type`."""

import pytest
from django.test import Client
from django.urls import include, path

from notify_project.api.guide import errors_guide, read

urlpatterns = [path("", include("notify_project.api.docs"))]

pytestmark = pytest.mark.urls(__name__)


def test_each_entry_has_an_anchor_of_its_own():
    page = Client().get("/docs/errors").content.decode()

    codes = [entry.code for entry in errors_guide().entries]
    assert len(codes) == len(set(codes)) > 20
    for code in codes:
        assert page.count(f'<section id="{code}">') == 1


def test_the_page_loads_nothing_and_carries_its_nonce():
    response = Client().get("/docs/errors")
    page = response.content.decode()

    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page
    nonce = page.partition('<style nonce="')[2].partition('"')[0]
    assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]


def test_every_entry_starts_with_its_status_and_says_something():
    for entry in errors_guide().entries:
        text = str(entry.paragraphs[0])
        assert text[:3].isdigit(), entry.code
        assert len(text) > 30, entry.code


def test_markup_in_the_guide_is_shown_and_not_run():
    guide = read("# T\n\nSay `<b>`.\n\n## a_code\n\n400. <script>x</script>\nmore")

    assert guide.title == "T"
    assert guide.intro == ("Say <code>&lt;b&gt;</code>.",)
    (entry,) = guide.entries
    assert entry.code == "a_code"
    assert entry.paragraphs == ("400. &lt;script&gt;x&lt;/script&gt; more",)
