"""Rocket.Chat on a loopback server: payload, info route, answers."""

import json

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.msgapp.rocketchat import RocketChat, message
from tests.providers.msgapp.chat import SECRET, Alike, payload


class TestRocketChat(Alike):
    provider = RocketChat
    path = f"/hooks/65aa/{SECRET}"

    def test_a_message_is_one_json_post(self, httpserver):
        httpserver.expect_request(self.path, method="POST").respond_with_json(
            {"success": True}
        )

        accepted = self.configured(httpserver.url_for("")).send(
            payload(text="@all *look*")
        )

        assert accepted.detail == "HTTP 200"
        assert json.loads(httpserver.log[0][0].get_data()) == {
            "text": "",
            "attachments": [
                {"title": "Nightly run", "text": "@all *look*", "mrkdwn_in": []}
            ],
        }

    @pytest.mark.parametrize(
        ("status", "told", "error", "code"),
        [
            (
                404,
                "Invalid integration id or token provided.",
                Misconfigured,
                "invalid_integration",
            ),
            (400, "error-message-size-exceeded", Permanent, "message_too_long"),
            (400, "invalid-channel", Misconfigured, "invalid_channel"),
            (400, "[error-not-allowed]", Misconfigured, "not_allowed"),
            (400, "unknown-error", Permanent, "http_400"),
            (401, "You must be logged in", Misconfigured, "http_401"),
            (500, "invalid-channel", Unknown, "http_500"),
            (503, "Service Unavailable", Unknown, "http_503"),
            (429, "error-too-many-requests", Temporary, "http_429"),
        ],
    )
    def test_each_refusal_means_what_the_server_says(
        self, httpserver, status, told, error, code
    ):
        httpserver.expect_request(self.path).respond_with_json(
            {"success": False, "error": told}, status=status
        )

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error
        assert raised.value.code == code

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"success": False, "error": "x"}, Permanent),
            ({"success": False, "error": "invalid-channel"}, Misconfigured),
            ({}, Unknown),
            ([], Unknown),
        ],
    )
    def test_a_success_must_say_so(self, httpserver, body, error):
        httpserver.expect_request(self.path).respond_with_json(body)

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).send(payload())

    def test_check_asks_the_info_route_and_posts_nothing(self, httpserver):
        httpserver.expect_request(
            f"/hooks/info/65aa/{SECRET}", method="GET"
        ).respond_with_json({"success": True})

        said = self.configured(httpserver.url_for("")).check()

        assert "Nothing was posted" in said

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (
                404,
                {
                    "success": False,
                    "error": "Invalid integration id or token provided.",
                },
                Misconfigured,
            ),
            (200, {"hello": 1}, Misconfigured),
            (429, {}, Temporary),
            (502, {}, Temporary),
        ],
    )
    def test_check_names_what_is_wrong(self, httpserver, status, body, error):
        httpserver.expect_request(f"/hooks/info/65aa/{SECRET}").respond_with_json(
            body, status=status
        )

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).check()

    @pytest.mark.parametrize(
        "path", ["", "/", "/hooks", "/hooks/a", "/hooks/a/b?x=1", "/api/v1/chat"]
    )
    def test_a_url_that_is_no_integrations_is_refused(self, path):
        with pytest.raises(Misconfigured, match="hooks"):
            self.provider.config_class.from_values({"url": f"https://a.example{path}"})

    @pytest.mark.parametrize("path", ["/hooks/a/u/t", "/chat/hooks/a/t"])
    def test_servers_with_other_paths_are_checked_too(self, httpserver, path):
        info = path.replace("/hooks/", "/hooks/info/")
        httpserver.expect_request(info).respond_with_json({"success": True})
        config = self.provider.config_class.from_values(
            {"url": httpserver.url_for(path)}
        )

        assert self.provider(config).check()


def test_markdown_stays_markdown_and_a_title_is_optional():
    posted = message(payload(title="", text="**a**", body_type="markdown"))

    assert posted["attachments"] == [{"text": "**a**", "mrkdwn_in": ["text"]}]
