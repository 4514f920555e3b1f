"""Answers have the shapes that the description says."""

from __future__ import annotations

import pytest

from events.accepting import accept
from events.api.answers import AcceptedSerializer, PreviewSerializer
from events.previewing import preview
from tests.events.scene import caller_of, email, tenant_with_mail

pytestmark = pytest.mark.django_db


def test_an_answer_to_a_send_holds_what_is_described_and_no_more(settings):
    settings.PUBLIC_URL = "https://notify.example.org"
    caller = caller_of(tenant_with_mail())
    fields = AcceptedSerializer().fields
    required = {name for name, one in fields.items() if one.required}

    for _ in range(2):
        body = accept(caller, email(correlationId="c")).body
        assert required <= body.keys() <= fields.keys()
        assert AcceptedSerializer(data=body).is_valid(raise_exception=True)


def test_an_answer_to_a_preview_holds_what_is_described_and_no_more():
    caller = caller_of(tenant_with_mail())

    for bare in ("email", ""):
        body = preview(caller, email(), bare=bare)
        assert body.keys() <= PreviewSerializer().fields.keys()
