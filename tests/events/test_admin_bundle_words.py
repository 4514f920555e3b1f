"""Designers read labels, not the names of a file."""

from __future__ import annotations

import pytest
from django.utils import translation

from events.admin import bundle_words
from events.bundles import file


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("displayName", "Name for people"),
        ("body", "Text"),
        ("variants.fr-CA.subject", "Subject (fr-CA)"),
        ("channels.email.on", "E-mail, sends over this channel"),
        ("channels.email.values.recipients.cc", "E-mail, Copies (cc)"),
        ("channels.email.values.content.subject", "E-mail, Subject"),
        ("channels.sms.sender", "SMS, Sender"),
        ("channels.fax.on", "fax.on"),
        ("channels.email.values.colour", "email.colour"),
        ("anything", "Anything"),
    ],
)
def test_a_field_is_told_by_its_label(field: str, told: str):
    assert bundle_words.label(field) == told


def test_in_the_readers_language():
    with translation.override("fr"):
        assert bundle_words.label("channels.email.template") == "Courriel, Gabarit"


def test_every_field_of_an_entry_has_one():
    named = {name for form in file.KINDS.values() for name in form}

    assert named - set(bundle_words._LABELS) == {"channels", "variants"}
