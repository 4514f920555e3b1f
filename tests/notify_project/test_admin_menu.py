"""The menu as a table."""

from __future__ import annotations

import pytest

from notify_project.admin_menu import menu
from tenants.workplace import NOWHERE, OPERATOR, Workplace


def links(place):
    return [item["link"] for group in menu(place) for item in group["items"]]


def test_who_may_nothing_has_the_start_page_alone():
    assert links(NOWHERE) == ["/admin/"]


@pytest.mark.parametrize("embedded", [True, False])
def test_the_mailbox_is_there_only_where_mails_are_kept(settings, embedded):
    settings.EMBEDDED = embedded

    found = "/admin/mailbox/" in links(Workplace(None, None, OPERATOR, ()))

    assert found is embedded
