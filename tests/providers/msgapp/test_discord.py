"""Discord on a loopback server: payload, escaping, answers."""

import json

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.msgapp.discord import Discord, message
from tests.providers.msgapp.chat import SECRET, Alike, payload

# As documented; ids are made up.
POSTED = {"id": "1234567890123456789", "type": 0, "content": "All done.", "flags": 4}
HOOK = {"id": "223704706495545344", "type": 1, "name": "Notify", "channel_id": "199"}


class TestDiscord(Alike):
    provider = Discord
    path = f"/api/webhooks/223704706495545344/{SECRET}"

    def test_a_message_is_one_json_post_that_waits_for_its_id(self, httpserver):
        httpserver.expect_request(
            self.path, method="POST", query_string="wait=true"
        ).respond_with_json(POSTED)

        accepted = self.configured(httpserver.url_for("")).send(payload())

        assert accepted.provider_ref == "1234567890123456789"
        assert json.loads(httpserver.log[0][0].get_data()) == {
            "allowed_mentions": {"parse": []},
            "content": "**Nightly run**\nAll done\\.",
            "flags": 4,
        }

    @pytest.mark.parametrize(
        ("status", "code", "error"),
        [
            (404, 10015, Misconfigured),
            (404, 10003, Misconfigured),
            (401, 50027, Misconfigured),
            (401, 0, Misconfigured),
            (400, 50006, Permanent),
            (400, 50035, Permanent),
            (413, 40005, Permanent),
            (400, 99999, Permanent),
            (500, 0, Unknown),
            (500, 10015, Unknown),
        ],
    )
    def test_each_answer_means_what_discord_documents(
        self, httpserver, status, code, error
    ):
        httpserver.expect_request(self.path).respond_with_json(
            {"message": "No", "code": code}, status=status
        )

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error

    @pytest.mark.parametrize("body", ["", "{}", "[]", '{"id": 5}'])
    def test_a_success_without_message_is_unknown(self, httpserver, body):
        httpserver.expect_request(self.path).respond_with_data(body)

        with pytest.raises(Unknown):
            self.configured(httpserver.url_for("")).send(payload())

    def test_check_asks_for_the_webhook(self, httpserver):
        httpserver.expect_request(self.path, method="GET").respond_with_json(HOOK)

        said = self.configured(httpserver.url_for("")).check()

        assert said == "Discord knows this webhook. Nothing was posted."

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (404, {"code": 10015}, Misconfigured),
            (200, {}, Misconfigured),
            (503, {}, Temporary),
        ],
    )
    def test_check_names_what_is_wrong(self, httpserver, status, body, error):
        httpserver.expect_request(self.path).respond_with_json(body, status=status)

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).check()


def test_a_plain_text_is_shown_as_it_is_and_calls_nobody():
    posted = message(payload(title="", text="@everyone <@1> *a*"))

    assert posted["content"] == "@everyone <@1\\> \\*a\\*"
    assert posted["allowed_mentions"] == {"parse": []}


def test_markdown_stays_markdown():
    posted = message(payload(title="", text="**a**", body_type="markdown"))

    assert posted["content"] == "**a**"


def test_a_long_text_is_an_embed():
    text = "a" * 3000

    posted = message(payload(title="The *title*", text=text))

    assert posted == {
        "allowed_mentions": {"parse": []},
        "embeds": [{"title": "The *title*", "description": text}],
    }


def test_a_text_that_discord_does_not_take_is_refused():
    with pytest.raises(Permanent) as raised:
        message(payload(text="a" * 4097))

    assert raised.value.code == "message_too_long"
