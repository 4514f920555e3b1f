"""Google Chat on a loopback server: payload, escaping, answers."""

import json

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.markup import UNSEEN
from providers.msgapp.googlechat import GoogleChat, message
from tests.providers.msgapp.chat import SECRET, Alike, payload

POSTED = {"name": "spaces/AAAAAAAAAAA/messages/BBBBBBBBBBB.BBBBBBBBBBB", "text": "x"}


def failure(status: int, word: str, **more: object) -> dict[str, object]:
    """An error as Google's APIs write it."""
    return {"error": {"code": status, "message": "No.", "status": word, **more}}


class TestGoogleChat(Alike):
    provider = GoogleChat
    path = "/v1/spaces/AAAAAAAAAAA/messages"

    def configured(self, base, **values):
        url = f"{base.rstrip('/')}{self.path}?key=abc&token={SECRET}"
        return self.provider(
            self.provider.config_class.from_values({"url": url} | values)
        )

    def test_a_message_is_one_json_post(self, httpserver):
        httpserver.expect_request(
            self.path, method="POST", query_string=f"key=abc&token={SECRET}"
        ).respond_with_json(POSTED)

        accepted = self.configured(httpserver.url_for("")).send(payload())

        assert accepted.provider_ref == POSTED["name"]
        assert json.loads(httpserver.log[0][0].get_data()) == {
            "cardsV2": [
                {
                    "cardId": "ref-1",
                    "card": {
                        "header": {"title": "Nightly run"},
                        "sections": [
                            {"widgets": [{"textParagraph": {"text": "All done."}}]}
                        ],
                    },
                }
            ],
            "fallbackText": "Nightly run",
        }

    @pytest.mark.parametrize(
        ("status", "word", "error"),
        [
            (400, "INVALID_ARGUMENT", Permanent),
            (401, "UNAUTHENTICATED", Misconfigured),
            (403, "PERMISSION_DENIED", Misconfigured),
            (404, "NOT_FOUND", Misconfigured),
            (400, "FAILED_PRECONDITION", Misconfigured),
            (400, "SOMETHING_NEW", Permanent),
            (500, "INTERNAL", Unknown),
            (503, "UNAVAILABLE", Unknown),
        ],
    )
    def test_each_answer_means_what_google_documents(
        self, httpserver, status, word, error
    ):
        httpserver.expect_request(self.path).respond_with_json(
            failure(status, word), status=status
        )

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error

    def test_a_bad_key_is_no_fault_of_the_message(self, httpserver):
        told = failure(400, "INVALID_ARGUMENT", details=[{"reason": "API_KEY_INVALID"}])
        httpserver.expect_request(self.path).respond_with_json(told, status=400)
        account = self.configured(httpserver.url_for(""))

        for call in (lambda: account.send(payload()), account.check):
            with pytest.raises(Misconfigured, match="refused the key"):
                call()

    @pytest.mark.parametrize("body", ["", "{}", "<html>", '{"name": ""}'])
    def test_a_success_without_message_is_unknown(self, httpserver, body):
        httpserver.expect_request(self.path).respond_with_data(body)

        with pytest.raises(Unknown):
            self.configured(httpserver.url_for("")).send(payload())

    def test_check_posts_nothing(self, httpserver):
        httpserver.expect_request(self.path, json={}).respond_with_json(
            failure(400, "INVALID_ARGUMENT"), status=400
        )

        said = self.configured(httpserver.url_for("")).check()

        assert said == "Google Chat knows this webhook. Nothing was posted."

    @pytest.mark.parametrize(
        ("status", "word", "error"),
        [
            (404, "NOT_FOUND", Misconfigured),
            (200, "", Misconfigured),
            (503, "UNAVAILABLE", Temporary),
        ],
    )
    def test_check_names_what_is_wrong(self, httpserver, status, word, error):
        httpserver.expect_request(self.path).respond_with_json(
            failure(status, word), status=status
        )

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).check()

    def test_a_text_that_google_does_not_take_is_refused(self, httpserver):
        with pytest.raises(Permanent) as raised:
            self.configured(httpserver.url_for("")).send(payload(text="é" * 16_000))

        assert raised.value.code == "message_too_long"
        assert httpserver.log == []


def test_a_plain_text_is_shown_as_it_is():
    posted = message(payload(title="", text="<users/all> *a* & <b>\nnext"))

    shown = posted["cardsV2"][0]["card"]["sections"][0]["widgets"][0]
    assert shown["textParagraph"]["text"] == (
        "&lt;users/all&gt; *a* &amp; &lt;b&gt;<br>next"
    )
    assert posted["fallbackText"] == f"<{UNSEEN}users/all> *a* & <b>\nnext"


def test_markdown_is_written_as_google_has_it_and_calls_nobody():
    text = "**now** [site](https://a.example) <users/all> <https://evil.example|bank>"

    posted = message(payload(title="A *title*", text=text, body_type="markdown"))

    assert posted == {
        "text": f"*A title*\n*now* <https://a.example|site> <{UNSEEN}users/all> "
        f"<{UNSEEN}https://evil.example|bank>"
    }
