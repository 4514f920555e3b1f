"""Slack on a loopback server: payload, escaping, answers."""

import json
import time

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.msgapp.slack import Slack, escape, message, mrkdwn
from tests.providers.msgapp.chat import SECRET, Alike, payload


class TestSlack(Alike):
    provider = Slack
    path = f"/services/T0/B0/{SECRET}"

    def test_a_message_is_one_json_post(self, httpserver):
        httpserver.expect_request(self.path, method="POST").respond_with_data("ok")

        accepted = self.configured(httpserver.url_for("")).send(payload())

        assert accepted.provider_ref == ""
        request = httpserver.log[0][0]
        assert request.content_type == "application/json"
        assert json.loads(request.get_data()) == {
            "text": "Nightly run\nAll done.",
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }

    @pytest.mark.parametrize(
        ("status", "word", "error"),
        [
            (400, "invalid_payload", Permanent),
            (400, "no_text", Permanent),
            (400, "user_not_found", Misconfigured),
            (400, "something_new", Permanent),
            (403, "action_prohibited", Misconfigured),
            (403, "invalid_token", Misconfigured),
            (403, "", Misconfigured),
            (404, "channel_not_found", Misconfigured),
            (404, "no_service", Misconfigured),
            (404, "no_team", Misconfigured),
            (410, "channel_is_archived", Misconfigured),
            (500, "rollup_error", Unknown),
            (500, "no_service", Unknown),
            (200, "<html>a web page</html>", Unknown),
            (202, "ok", Unknown),
            (302, "", Unknown),
        ],
    )
    def test_each_answer_means_what_slack_documents(
        self, httpserver, status, word, error
    ):
        httpserver.expect_request(self.path).respond_with_data(word, status=status)

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error

    def test_a_documented_word_is_the_code(self, httpserver):
        httpserver.expect_request(self.path).respond_with_data(
            "channel_is_archived\n", status=410
        )

        with pytest.raises(Misconfigured) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.code == "channel_is_archived"
        assert raised.value.http_status == 410

    @pytest.mark.parametrize("word", ["no_text", "invalid_payload"])
    def test_check_posts_nothing(self, httpserver, word):
        httpserver.expect_request(self.path, json={}).respond_with_data(
            word, status=400
        )

        said = self.configured(httpserver.url_for("")).check()

        assert said == "Slack knows this webhook. Nothing was posted."

    @pytest.mark.parametrize(
        ("status", "word", "error"),
        [
            (404, "no_service", Misconfigured),
            (403, "invalid_token", Misconfigured),
            (200, "ok", Misconfigured),
            (503, "", Temporary),
            (429, "", Temporary),
        ],
    )
    def test_check_names_what_is_wrong(self, httpserver, status, word, error):
        httpserver.expect_request(self.path).respond_with_data(word, status=status)

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).check()


def test_a_plain_text_cannot_call_the_channel_or_hide_a_link():
    text = "<!channel> <https://evil.example|bank> *a* & <@U1>"

    posted = message(payload(title="<!here>", text=text))

    assert posted["text"] == (
        "&lt;!here&gt;\n&lt;!channel&gt; &lt;https://evil.example|bank&gt; *a* &amp; "
        "&lt;@U1&gt;"
    )
    assert posted["mrkdwn"] is False


def test_a_message_without_title_is_its_text():
    assert message(payload(title=""))["text"] == "All done."


def test_a_markdown_message_has_a_bold_title():
    posted = message(payload(text="**now** <!channel>", body_type="markdown"))

    assert posted["text"] == "*Nightly run*\n*now* &lt;!channel&gt;"
    assert posted["mrkdwn"] is True


@pytest.mark.parametrize(
    ("markdown", "slack"),
    [
        ("**bold** and __bold__", "*bold* and *bold*"),
        ("*it* and _it_", "_it_ and _it_"),
        ("~~gone~~", "~gone~"),
        ("# Heading\ntext", "*Heading*\ntext"),
        ("## A **b** c", "*A *b* c*"),
        ("- one\n* two\n  + three", "• one\n• two\n  • three"),
        (
            "[site](https://a.example/x?a=1&b=2)",
            "<https://a.example/x?a=1&amp;b=2|site>",
        ),
        ("[mail](mailto:a@b.example)", "<mailto:a@b.example|mail>"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[a|b](https://a.example/|c)", "[a|b](https://a.example/|c)"),
        ("`**code** <b>` **b**", "`**code** &lt;b&gt;` *b*"),
        ("```\n- [a](https://b.example)\n```", "```\n- [a](https://b.example)\n```"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("a\x01b", "ab"),
        ("> quote", "&gt; quote"),
    ],
)
def test_markdown_is_written_as_slack_has_it(markdown, slack):
    assert mrkdwn(markdown) == slack


@pytest.mark.parametrize("mark", ["**a ", "*a ", "~~a ", "[a](", "`a ", "# ", "[", "_"])
def test_no_text_takes_long_to_convert(mark):
    started = time.process_time()

    mrkdwn((mark * 10_000)[:10_000])

    assert time.process_time() - started < 3


def test_escaping_is_exactly_slacks_three():
    assert escape("& < > \" ' é") == "&amp; &lt; &gt; \" ' é"
