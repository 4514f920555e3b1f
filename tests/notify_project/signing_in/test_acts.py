"""The table of what asks for a fresh proof names what there is."""

from __future__ import annotations

from django.contrib import admin

from notify_project.signing_in import acts
from tests.walks.test_admin_walk import addresses


def test_every_page_of_the_table_is_there():
    there = {one.name for one in addresses(admin.site.get_urls())}

    assert acts.names() - there == set()


def test_every_button_of_the_table_is_there():
    pages = {
        f"{model._meta.app_label}_{model._meta.model_name}": page
        for model, page in admin.site._registry.items()
    }

    lost = {
        (name, step)
        for name, steps in acts.steps().items()
        for step in steps - set(pages[name].steps)
    }

    assert lost == set()
