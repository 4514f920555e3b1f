"""How the admin tells a refusal."""

from __future__ import annotations

import pytest
from django.utils import translation

from notify_project.errors import FieldError, Invalid
from tenants.admin import telling


def test_each_sentence_is_told_once_with_the_label_of_its_field():
    refusal = Invalid(
        "email.recipients.to[0]: no (and 2 more, see errors)",
        errors=[
            FieldError("email.recipients.to[0]", "a", "email.recipients.to[0]: no"),
            FieldError("email.content.subject", "b", "Give a text."),
            FieldError("email.content.subject", "b", "Give a text."),
            FieldError("body", "c", "Give a body."),
        ],
    )

    assert telling.sentences(refusal) == (
        "E-mail, To, 1st: no",
        "E-mail, Subject: Give a text.",
        "Give a body.",
    )


def test_one_that_names_no_field_is_told_as_it_is():
    assert telling.sentences(Invalid("Not so.")) == ("Not so.",)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Cost: 3"), ("fr", "Cost\xa0: 3")]
)
def test_a_label_stands_before_its_text_as_the_language_has_it(language, told):
    with translation.override(language):
        assert telling.labelled("Cost", 3) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th")]
    + [(13, "13th"), (21, "21st"), (22, "22nd"), (111, "111th")],
)
def test_people_count_from_one(number, told):
    assert telling.ordinal(number) == told
