"""The frame of the admin, in French."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from notify_project.admin_texts import UNFOLD_SAYS
from tests.tenants.factories import MembershipFactory


def test_each_word_of_unfold_has_its_french():
    english = [str(one) for one in UNFOLD_SAYS]

    with override("fr"):
        assert [one for one in UNFOLD_SAYS if str(one) in english] == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["delivery_notification", "tenants_apikey"])
def test_a_lists_frame_is_french(page: str):
    client = Client()
    client.force_login(MembershipFactory(role="admin").user)

    shown = client.get(
        reverse(f"admin:{page}_changelist"), HTTP_ACCEPT_LANGUAGE="fr-CA"
    ).content.decode()

    for english in ("Type to search", "Filters", "Previous", ">Dark<", "Log out"):
        assert english not in shown
