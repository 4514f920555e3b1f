"""The generic webhook on a loopback server: body, signature, answers."""

import json

import pytest

from providers.base import Capability
from providers.errors import Misconfigured, Permanent
from providers.msgapp.webhook import Webhook, signature, signing_key
from providers.options import SecretStr
from tests.providers.msgapp.chat import Alike, payload

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_standards_own_example():
    key = signing_key(SecretStr(KEY))

    assert key is not None
    assert (
        signature(
            key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


class TestWebhook(Alike):
    provider = Webhook

    def test_a_message_is_one_signed_post(self, httpserver, time_machine):
        time_machine.move_to(1_614_265_330, tick=False)
        httpserver.expect_request(self.path, method="POST").respond_with_data(
            "", status=204
        )

        accepted = self.configured(httpserver.url_for(""), secret=KEY).send(payload())

        assert accepted.detail == "HTTP 204"
        request = httpserver.log[0][0]
        assert json.loads(request.get_data()) == {
            "id": "ref-1",
            "messageId": "00000000-0000-0000-0000-000000000007",
            "title": "Nightly run",
            "text": "All done.",
            "bodyType": "text",
        }
        assert request.headers["webhook-id"] == "ref-1"
        assert request.headers["webhook-timestamp"] == "1614265330"
        key = signing_key(SecretStr(KEY))
        assert key is not None
        assert request.headers["webhook-signature"] == signature(
            key, "ref-1", 1614265330, request.get_data()
        )

    def test_a_second_attempt_has_the_same_id_and_body(self, httpserver, time_machine):
        httpserver.expect_request(self.path).respond_with_data("")
        provider = self.configured(httpserver.url_for(""), secret=KEY)

        for moment in (1_614_265_330, 1_614_265_390):
            time_machine.move_to(moment, tick=False)
            provider.send(payload())

        first, second = (entry[0] for entry in httpserver.log)
        assert first.get_data() == second.get_data()
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
        assert Capability.KEY in Webhook.capabilities

    def test_without_a_secret_nothing_is_signed(self, httpserver):
        httpserver.expect_request(self.path).respond_with_data("")

        self.configured(httpserver.url_for("")).send(payload())

        headers = httpserver.log[0][0].headers
        assert headers["webhook-id"] == "ref-1"
        assert "webhook-signature" not in headers

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (400, Permanent),
            (422, Permanent),
            (401, Misconfigured),
            (404, Misconfigured),
            (410, Misconfigured),
            (308, Misconfigured),
        ],
    )
    def test_each_status_means_what_the_table_says(self, httpserver, status, error):
        httpserver.expect_request(self.path).respond_with_data("x", status=status)

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.http_status == status

    @pytest.mark.parametrize("status", [200, 405, 503])
    def test_check_reaches_the_host_and_posts_nothing(self, httpserver, status):
        httpserver.expect_request(self.path, method="HEAD").respond_with_data(
            status=status
        )

        assert str(status) in self.configured(httpserver.url_for("")).check()

    @pytest.mark.parametrize("secret", ["hush", "whsec_", "whsec_c2hvcnQ=", "whsec_é"])
    def test_a_secret_that_cannot_sign_is_refused_when_saved(self, secret):
        with pytest.raises(Misconfigured, match="secret") as raised:
            self.configured("https://a.example", secret=secret)

        assert secret not in raised.value.detail or secret == "whsec_"
