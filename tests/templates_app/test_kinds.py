"""What templates are for."""

from __future__ import annotations

import pytest

from providers.channels.base import UnknownChannel, channels
from templates_app.kinds import DOCUMENT, kind, kinds


def test_every_channel_is_a_kind_and_documents_are_one_more():
    assert [one.code for one in kinds()] == [*(c.code for c in channels()), DOCUMENT]


def test_a_document_is_a_page_without_a_subject():
    document = kind(DOCUMENT)

    assert not document.has_subject
    assert [one.name for one in document.content_fields] == ["body"]
    assert document.body_types == ("html",)


@pytest.mark.parametrize("code", ["msgApp", "msgapp"])
def test_a_kind_goes_by_its_code_or_its_lane(code: str):
    assert kind(code).code == "msgApp"


@pytest.mark.parametrize("code", ["", "fax", "MAIL"])
def test_another_is_refused_with_those_there_are(code: str):
    with pytest.raises(UnknownChannel, match="document") as caught:
        kind(code, field="channel")

    assert caught.value.errors[0].field == "channel"
