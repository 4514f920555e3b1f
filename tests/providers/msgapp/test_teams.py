"""Microsoft Teams on a loopback server: card, limits, answers."""

import json

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.msgapp.teams import CARD_BYTES, Teams, card_message
from tests.providers.msgapp.chat import SECRET, Alike, payload


def workflow_error(code: str) -> dict[str, object]:
    return {"error": {"code": code, "message": f"... {SECRET} ..."}}


class TestTeams(Alike):
    provider = Teams
    path = f"/workflows/{SECRET}/triggers/manual/paths/invoke"

    def test_a_message_is_one_card_in_one_post(self, httpserver):
        httpserver.expect_request(self.path, method="POST").respond_with_data(
            "", status=202
        )

        accepted = self.configured(httpserver.url_for("")).send(
            payload(text="First *line*\n\nSecond <at>all</at>")
        )

        assert accepted.detail == "HTTP 202"
        posted = json.loads(httpserver.log[0][0].get_data())
        (attachment,) = posted["attachments"]
        assert posted["type"] == "message"
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attachment["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
        assert card["body"] == [
            {
                "type": "RichTextBlock",
                "inlines": [
                    {
                        "type": "TextRun",
                        "text": "Nightly run",
                        "size": "Large",
                        "weight": "Bolder",
                    }
                ],
            },
            {
                "type": "RichTextBlock",
                "inlines": [{"type": "TextRun", "text": "First *line*"}],
                "spacing": "Medium",
            },
            {
                "type": "RichTextBlock",
                "inlines": [{"type": "TextRun", "text": "Second <at>all</at>"}],
                "spacing": "Medium",
            },
        ]

    @pytest.mark.parametrize(
        ("status", "code", "error", "said"),
        [
            (400, "WorkflowTriggerIsNotEnabled", Misconfigured, None),
            (404, "WorkflowNotFound", Misconfigured, None),
            (401, "DirectApiAuthorizationRequired", Misconfigured, None),
            (400, "TriggerInputSchemaMismatch", Misconfigured, None),
            (400, "SomethingElse", Permanent, "http_400"),
            (413, "RequestEntityTooLarge", Permanent, "http_413"),
            (403, "x", Misconfigured, "http_403"),
            (502, "WorkflowNotFound", Unknown, "http_502"),
        ],
    )
    def test_each_answer_means_what_is_documented(
        self, httpserver, status, code, error, said
    ):
        httpserver.expect_request(self.path).respond_with_json(
            workflow_error(code), status=status
        )

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error
        assert raised.value.code == (said or code)

    @pytest.mark.parametrize("body", ["", "[]", '{"error": "x"}', '{"error": {}}'])
    def test_an_error_without_a_code_goes_by_its_status(self, httpserver, body):
        httpserver.expect_request(self.path).respond_with_data(body, status=400)

        with pytest.raises(Permanent, match="HTTP 400"):
            self.configured(httpserver.url_for("")).send(payload())

    @pytest.mark.parametrize(
        ("told", "error"), [("413", Permanent), ("429", Temporary)]
    )
    def test_a_connector_that_hides_a_failure_in_200_is_found_out(
        self, httpserver, told, error
    ):
        httpserver.expect_request(self.path).respond_with_data(
            "Webhook message delivery failed with error: Microsoft Teams endpoint "
            f"returned HTTP error {told} with ContextId tcid=1"
        )

        with pytest.raises(error):
            self.configured(httpserver.url_for("")).send(payload())

    def test_a_card_that_teams_would_drop_is_not_sent(self, httpserver):
        with pytest.raises(Permanent) as raised:
            self.configured(httpserver.url_for("")).send(payload(text="語" * 10_000))

        assert raised.value.code == "message_too_long"
        assert httpserver.log == []

    @pytest.mark.parametrize("status", [200, 401, 404, 405, 500])
    def test_check_reaches_the_host_and_posts_nothing(self, httpserver, status):
        httpserver.expect_request(self.path, method="HEAD").respond_with_data(
            status=status
        )

        said = self.configured(httpserver.url_for("")).check()

        assert "Nothing was posted" in said


def test_markdown_is_a_block_that_teams_reads_as_such():
    message = card_message(payload(title="", text="**a**\n- b", body_type="markdown"))

    (attachment,) = json.loads(json.dumps(message))["attachments"]
    assert attachment["content"]["body"] == [
        {"type": "TextBlock", "text": "**a**\n- b", "wrap": True}
    ]


def test_the_longest_plain_ascii_message_fits():
    card = card_message(payload(text=("word " * 2000)[:10_000]))

    assert len(json.dumps(card)) < CARD_BYTES
