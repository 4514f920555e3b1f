"""Amazon SNS on a loopback server: what goes out, and what each answer means."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest

from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.sms.sns import Sns
from tests.providers.sms.texts import SECRET, Alike, payload

FIXTURES = Path(__file__).parent.parent / "fixtures" / "sns"
PUBLISHED = (FIXTURES / "published.xml").read_text()
SANDBOX = (FIXTURES / "sandbox.xml").read_text()


def failure(code: str) -> str:
    return (FIXTURES / "error.xml").read_text().replace("InvalidParameter", code)


def form_of(httpserver) -> dict[str, str]:
    sent = httpserver.log[-1][0].get_data(as_text=True)
    return {name: value for name, (value,) in parse_qs(sent).items()}


class TestSns(Alike):
    provider = Sns
    values = {
        "region": "ca-central-1",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "secret_access_key": SECRET,
    }
    path = "/"

    def test_a_text_is_one_signed_form_post(self, httpserver):
        httpserver.expect_request("/", method="POST").respond_with_data(PUBLISHED)

        accepted = self.configured(httpserver.url_for("")).send(
            payload(text="It's 5 € & more\n😀")
        )

        assert accepted.provider_ref == "567910cd-659e-55d4-8ccb-5aaf14679dc0"
        assert form_of(httpserver) == {
            "Action": "Publish",
            "Version": "2010-03-31",
            "PhoneNumber": "+447900900123",
            "Message": "It's 5 € & more\n😀",
            "MessageAttributes.entry.1.Name": "AWS.SNS.SMS.SMSType",
            "MessageAttributes.entry.1.Value.DataType": "String",
            "MessageAttributes.entry.1.Value.StringValue": "Transactional",
        }
        headers = httpserver.log[0][0].headers
        assert "/ca-central-1/sns/aws4_request" in headers["Authorization"]

    @pytest.mark.parametrize(
        ("own", "of_account", "name", "value"),
        [
            ("", "GovBC", "AWS.SNS.SMS.SenderID", "GovBC"),
            ("Notify", "GovBC", "AWS.SNS.SMS.SenderID", "Notify"),
            ("", "+16045550123", "AWS.MM.SMS.OriginationNumber", "+16045550123"),
            ("72345", "", "AWS.MM.SMS.OriginationNumber", "72345"),
        ],
    )
    def test_the_sender_goes_as_what_it_is(
        self, httpserver, own, of_account, name, value
    ):
        httpserver.expect_request("/").respond_with_data(PUBLISHED)
        account = self.configured(httpserver.url_for(""), sender=of_account)

        account.send(payload(sender=own))

        sent = form_of(httpserver)
        assert sent["MessageAttributes.entry.2.Name"] == name
        assert sent["MessageAttributes.entry.2.Value.StringValue"] == value

    @pytest.mark.parametrize(
        ("status", "code", "error", "said"),
        [
            (400, "InvalidParameter", Permanent, "InvalidParameter"),
            (400, "OptedOut", Permanent, "opted_out"),
            (400, "SomethingNew", Permanent, "SomethingNew"),
            (403, "AuthorizationError", Misconfigured, "AuthorizationError"),
            (403, "SignatureDoesNotMatch", Misconfigured, "SignatureDoesNotMatch"),
            (403, "InvalidClientTokenId", Misconfigured, "InvalidClientTokenId"),
            (400, "Throttling", Temporary, "Throttling"),
            (429, "Throttled", Temporary, "Throttled"),
            (500, "InternalError", Unknown, "http_500"),
        ],
    )
    def test_each_error_means_what_amazon_documents(
        self, httpserver, status, code, error, said
    ):
        httpserver.expect_request("/").respond_with_data(failure(code), status=status)

        with pytest.raises(error) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert type(raised.value) is error
        assert raised.value.code == said
        assert len(httpserver.log) == 1  # nothing is tried again here

    def test_check_tells_of_the_sandbox(self, httpserver):
        httpserver.expect_request("/").respond_with_data(SANDBOX)

        said = self.configured(httpserver.url_for("")).check()

        assert said == "In the sandbox: only verified numbers get texts."
        assert form_of(httpserver)["Action"] == "GetSMSSandboxAccountStatus"

    def test_check_out_of_the_sandbox(self, httpserver):
        httpserver.expect_request("/").respond_with_data(
            SANDBOX.replace("true", "false")
        )

        said = self.configured(httpserver.url_for("")).check()

        assert said == "Amazon SNS knows these credentials."

    def test_check_names_what_is_wrong(self, httpserver):
        httpserver.expect_request("/").respond_with_data(
            failure("InvalidClientTokenId"), status=403
        )

        with pytest.raises(Misconfigured):
            self.configured(httpserver.url_for("")).check()

    @pytest.mark.parametrize("sender", ["A name too long", "6045550123", "a b"])
    def test_a_sender_that_cannot_be_is_refused_when_it_is_saved(self, sender):
        with pytest.raises(Misconfigured, match="sender"):
            self.configured("http://127.0.0.1:9", sender=sender)
