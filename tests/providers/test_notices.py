"""Notices of Amazon SNS: genuine ones pass, and nothing else does (S27)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from notify_project import egress
from providers import notices
from providers.hooks import Forged, Hook

HOST = "https://sns.ca-central-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-{'0' * 32}.pem"
TOPIC = "arn:aws:sns:ca-central-1:123456789012:mail"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    name: str = "sns.amazonaws.com", *, days: int = 30, key: rsa.RSAPrivateKey = KEY
) -> bytes:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(autouse=True)
def asked(monkeypatch) -> list[str]:
    """What is fetched; the certificate, whatever it is, as Amazon's host has it."""
    notices._kept.clear()
    found: list[str] = []

    def request(method: str, url: str, **_options: Any) -> egress.Response:
        found.append(url)
        return egress.Response(200, {}, certificate())

    monkeypatch.setattr(egress, "request", request)
    return found


def notice(**changes: str) -> dict[str, str]:
    return {
        "Type": "Notification",
        "MessageId": "id-1",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": '{"eventType": "Delivery"}',
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "SignatureVersion": "1",
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": f"{HOST}/?Action=Unsubscribe",
        **changes,
    }


def handshake(**changes: str) -> dict[str, str]:
    told = notice(
        Type="SubscriptionConfirmation",
        Token="token",
        SubscribeURL=f"{HOST}/?Action=ConfirmSubscription&Token=token",
    )
    del told["Subject"]
    return {**told, **changes}


def signed(
    told: dict[str, str],
    *,
    key: rsa.RSAPrivateKey = KEY,
    order: Callable[[list[str]], list[str]] = sorted,
) -> Hook:
    names = {"Message", "MessageId", "Timestamp", "TopicArn", "Type"}
    handshakes = {"SubscribeURL", "Token"}
    more = {"Subject"} if told["Type"] == "Notification" else handshakes
    text = "".join(
        f"{name}\n{told[name]}\n" for name in order(sorted((names | more) & set(told)))
    )
    hashing = hashes.SHA1() if told["SignatureVersion"] == "1" else hashes.SHA256()
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashing)
    whole = {"Signature": base64.b64encode(signature).decode(), **told}
    return Hook("https://notify.example.org/x", body=json.dumps(whole).encode())


def verify(hook: Hook) -> notices.Notice:
    return notices.verified(hook, topics=[TOPIC])


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_genuine_notice_passes(version, asked):
    found = verify(signed(notice(SignatureVersion=version)))

    assert (found.kind, found.id) == ("Notification", "id-1")
    assert found.message == '{"eventType": "Delivery"}'
    assert asked == [CERTIFICATE]


def test_the_certificate_is_fetched_once(asked):
    for _ in range(3):
        verify(signed(notice()))

    assert asked == [CERTIFICATE]


def test_a_notice_without_a_subject_passes():
    told = notice()
    del told["Subject"]

    assert verify(signed(told)).id == "id-1"


def test_a_topic_that_asks_is_told_yes(asked):
    found = verify(signed(handshake()))
    notices.confirm(found)

    assert found.kind == "SubscriptionConfirmation"
    assert asked[-1] == f"{HOST}/?Action=ConfirmSubscription&Token=token"


CHINA = "arn:aws-cn:sns:cn-north-1:123456789012:mail"


def test_china_has_an_ending_of_its_own(asked):
    url = f"https://sns.cn-north-1.amazonaws.com.cn/{CERTIFICATE.rpartition('/')[2]}"
    hook = signed(notice(TopicArn=CHINA, SigningCertURL=url))

    assert notices.verified(hook, topics=[CHINA]).id == "id-1"
    with pytest.raises(Forged):
        notices.verified(
            signed(notice(TopicArn=CHINA, SigningCertURL=url[:-70])), topics=[CHINA]
        )


_PEM = CERTIFICATE.rpartition("/")[2]
_PLACES = [
    f"http://sns.ca-central-1.amazonaws.com/{_PEM}",
    f"https://sns.ca-central-1.amazonaws.com.evil.tld/{_PEM}",
    f"https://sns.ca-central-1.amazonaws.com@evil.tld/{_PEM}",
    f"https://user@sns.ca-central-1.amazonaws.com/{_PEM}",
    f"https://sns.ca-central-1.amazonaws.com:444/{_PEM}",
    f"https://sns.us-east-1.amazonaws.com/{_PEM}",
    f"https://sns.s3-us-west-2.amazonaws.com/{_PEM}",
    f"https://ca-central-1.amazonaws.com/{_PEM}",
    f"https://SNS.ca-central-1.amazonaws.com.cn/{_PEM}",
    f"https://evil.tld/{_PEM}",
    f"https://evil.tld/#sns.ca-central-1.amazonaws.com/{_PEM}",
    f"{HOST}/evil/{_PEM}",
    f"{HOST}/{_PEM}?x=1",
    f"{HOST}/{_PEM}#x",
    f"{HOST}/SimpleNotificationService-{'0' * 31}.pem",
    f"{HOST}/SimpleNotificationService-{'G' * 32}.pem",
    f"{HOST}/SimpleNotificationService-{'0' * 32}.pem.evil",
    f"{HOST}/bucket/SimpleNotificationService.pem",
    "https://[",
    "",
]


@pytest.mark.parametrize("url", _PLACES)
def test_a_certificate_of_another_place_is_never_fetched(url, asked):
    with pytest.raises(Forged):
        verify(signed(notice(SigningCertURL=url)))

    assert asked == []


@pytest.mark.parametrize("url", [*_PLACES[:11], "https://sns.eu-west-1.amazonaws.com/"])
def test_a_handshake_leads_to_no_other_place(url):
    with pytest.raises(Forged):
        verify(signed(handshake(SubscribeURL=url.removesuffix(_PEM) or url)))


@pytest.mark.parametrize(
    "topic",
    [
        "arn:aws:sns:ca-central-1:123456789012:other",
        "arn:aws:sns:ca-central-1:999999999999:mail",
        "arn:aws:sns:us-east-1:123456789012:mail",
        "",
    ],
)
def test_another_topic_is_refused_before_anything_is_fetched(topic, asked):
    with pytest.raises(Forged):
        verify(signed(notice(TopicArn=topic)))

    assert asked == []


@pytest.mark.parametrize(
    "changed", ["Message", "MessageId", "Subject", "Timestamp", "Type"]
)
def test_a_changed_field_breaks_the_signature(changed):
    told = json.loads(signed(notice()).body)
    later = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    told[changed] = {"Timestamp": later, "Type": "UnsubscribeConfirmation"}.get(
        changed, "other"
    )
    with pytest.raises(Forged):
        verify(Hook("https://notify.example.org/x", body=json.dumps(told).encode()))


@pytest.mark.parametrize(
    "hook",
    [
        signed(notice(), order=lambda names: names[::-1]),
        signed(notice(), key=rsa.generate_private_key(65537, 2048)),
        signed(notice(SignatureVersion="3")),
        Hook("x", body=json.dumps(notice()).encode()),
        Hook("x", body=json.dumps({**notice(), "Signature": "é"}).encode()),
        Hook("x", body=json.dumps({**notice(), "Signature": ["a"]}).encode()),
        Hook("x", body=b"[]"),
        Hook("x", body=b""),
    ],
)
def test_what_is_not_signed_right_is_forged(hook):
    with pytest.raises(Forged):
        verify(hook)


@pytest.mark.parametrize(
    "shown",
    [
        lambda now: now - timedelta(minutes=61),
        lambda now: now + timedelta(minutes=20),
        lambda now: now.replace(tzinfo=None),
    ],
    ids=["old", "early", "without a zone"],
)
def test_an_old_notice_is_a_replay(shown):
    with pytest.raises(Forged):
        verify(signed(notice(Timestamp=shown(datetime.now(UTC)).isoformat())))


@pytest.mark.parametrize(
    "served",
    [
        certificate("evil.tld"),
        certificate(days=-1),
        certificate(key=rsa.generate_private_key(65537, 2048)),
        b"no certificate",
    ],
)
def test_a_certificate_that_is_not_amazons_proves_nothing(served, monkeypatch):
    monkeypatch.setattr(
        egress, "request", lambda *_a, **_k: egress.Response(200, {}, served)
    )
    with pytest.raises(Forged):
        verify(signed(notice()))


def test_no_certificate_no_proof(monkeypatch):
    def fail(*_arguments: Any, **_options: Any) -> egress.Response:
        raise egress.EgressNotSent("timeout")

    monkeypatch.setattr(egress, "request", fail)
    with pytest.raises(Forged):
        verify(signed(notice()))
