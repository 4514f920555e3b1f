"""Mattermost on a loopback server: payload, escaping, answers."""

import json

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.markup import UNSEEN
from providers.msgapp.mattermost import Mattermost, message
from tests.providers.msgapp.chat import Alike, payload

SECRET = "s3cr3tinthepath"


def answer(word: str, status: int) -> dict[str, object]:
    """An error as Mattermost's server writes it."""
    return {
        "id": f"web.incoming_webhook.{word}.app_error",
        "message": "Couldn't do it.",
        "detailed_error": "",
        "request_id": "iydq3ndp5fdzubnf4c4q5wy7nw",
        "status_code": status,
    }


class TestMattermost(Alike):
    provider = Mattermost
    path = f"/chat/hooks/{SECRET}"

    def test_a_message_is_one_json_post(self, httpserver):
        httpserver.expect_request(self.path, method="POST").respond_with_data("ok")

        accepted = self.configured(httpserver.url_for("")).send(payload(title=""))

        assert accepted.provider_ref == ""
        request = httpserver.log[0][0]
        assert request.content_type == "application/json"
        assert json.loads(request.get_data()) == {"text": "All done\\."}

    @pytest.mark.parametrize(
        ("status", "word", "error"),
        [
            (400, "invalid", Misconfigured),
            (400, "general", Misconfigured),
            (404, "channel", Misconfigured),
            (403, "channel_locked", Misconfigured),
            (403, "permissions", Misconfigured),
            (501, "disabled", Misconfigured),
            (400, "parse", Permanent),
            (400, "text", Permanent),
            (400, "something_new", Permanent),
            (500, "something_new", Unknown),
            (302, "something_new", Unknown),
        ],
    )
    def test_each_answer_means_what_the_servers_code_says(
        self, httpserver, status, word, error
    ):
        httpserver.expect_request(self.path).respond_with_json(
            answer(word, status), status=status
        )

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error

    def test_a_known_word_is_the_code(self, httpserver):
        httpserver.expect_request(self.path).respond_with_json(
            answer("invalid", 400), status=400
        )

        with pytest.raises(Misconfigured) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.code == "incoming_webhook.invalid"

    def test_a_page_that_says_200_is_unknown(self, httpserver):
        httpserver.expect_request(self.path).respond_with_data("<html>")

        with pytest.raises(Unknown):
            self.configured(httpserver.url_for("")).send(payload())

    @pytest.mark.parametrize(
        ("status", "word", "said"),
        [
            (404, "channel", "Mattermost knows this webhook. Nothing was posted."),
            (400, "general", "Mattermost was reached. It does not say what it knows."),
        ],
    )
    def test_check_names_a_channel_that_cannot_be(self, httpserver, status, word, said):
        httpserver.expect_request(
            self.path, json={"text": "-", "channel": "no such channel!"}
        ).respond_with_json(answer(word, status), status=status)

        assert self.configured(httpserver.url_for("")).check() == said

    @pytest.mark.parametrize(
        ("status", "word", "error"),
        [
            (400, "invalid", Misconfigured),
            (501, "disabled", Misconfigured),
            (200, "", Misconfigured),
            (503, "", Temporary),
        ],
    )
    def test_check_names_what_is_wrong(self, httpserver, status, word, error):
        httpserver.expect_request(self.path).respond_with_json(
            answer(word, status), status=status
        )

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).check()


@pytest.mark.parametrize("body_type", ["text", "markdown"])
def test_no_text_calls_anybody(body_type):
    text = "@channel <!here> (@jane) <@U1> jane@example.org"

    posted = message(payload(title="", text=text, body_type=body_type))

    told = str(posted["text"])
    assert told.replace("\\", "").replace(UNSEEN, "") == text
    for call in ("@channel", "<!here", "@jane", "<@U1"):
        assert call not in told.replace("jane@", "")
    assert "jane@example" in told


def test_a_title_stands_above_the_text():
    posted = message(payload(title="A *title*", text="**now**", body_type="markdown"))

    assert posted == {
        "attachments": [
            {"fallback": "A *title*", "title": "A *title*", "text": "**now**"}
        ]
    }
