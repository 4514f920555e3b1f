"""Refusals as pages for people."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.core.exceptions import SuspiciousOperation
from django.utils.translation import override

from notify_project.api.pages import _WORDS, NotUnderstood, refusal, stale


@pytest.mark.parametrize("status", list(_WORDS))
def test_each_status_is_told_in_a_sentence_with_a_way_on(status: HTTPStatus):
    answer = refusal(status)

    assert answer.status_code == status
    assert str(_WORDS[status].sentence) in answer.content.decode()
    assert 'href="/admin/"' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_our_own_sentence_is_shown():
    ours = refusal(HTTPStatus.BAD_REQUEST, NotUnderstood("Say it otherwise."))
    djangos = refusal(HTTPStatus.BAD_REQUEST, SuspiciousOperation("<b>not ours</b>"))

    assert "Say it otherwise." in ours.content.decode()
    assert "not ours" not in djangos.content.decode()


def test_a_form_with_an_old_token_says_what_to_do():
    assert "reload the page" in stale().content.decode()


def test_it_speaks_french():
    with override("fr"):
        assert "a rien ici" in refusal(HTTPStatus.NOT_FOUND).content.decode()
