"""TLS: whose certificate is believed, for which name, and for how long we wait."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured

from notify_project.egress import EgressNoAnswer, EgressNotSent, request
from tests.notify_project.egress.servers import (
    OK,
    answering,
    dripping,
    read_request,
    reset,
    serving,
)

GENEROUS = 4.0


class Authority:
    """A certificate authority of our own, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
        self.file = folder / "ca.pem"
        certificate = (
            self._builder(self.name, self.key, days=1)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, *names, common_name="server", days=1) -> ssl.SSLContext:
        """Make a server's context with a certificate for these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        builder = self._builder(subject, key, days=days)
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]),
                critical=False,
            )
        certificate = builder.sign(self.key, hashes.SHA256())
        file = self.folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(self, subject, key, *, days):
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - datetime.timedelta(days=10))
            .not_valid_after(end)
        )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(autouse=True)
def _our_authority_and_our_names(settings, authority, monkeypatch):
    settings.EGRESS_CA_FILE = str(authority.file)
    real = socket.getaddrinfo

    def answer(host, port, **how):
        if not how["flags"] & socket.AI_NUMERICHOST:
            host = "127.0.0.1"
        return real(host, port, **how)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_the_name_is_sent_and_checked_though_an_address_is_connected(authority):
    seen = []
    context = authority.server("hooks.example")
    context.sni_callback = lambda _sock, name, _context: seen.append(name)

    with serving(answering(OK), tls=context) as server:
        for _ in range(5):
            url = server.url(host="hooks.example")
            assert request("POST", url, body=b"x").body == b"ok"

    assert seen == ["hooks.example"]
    assert server.connections == 1
    assert f"Host: hooks.example:{server.port}".encode() in server.requests[0]


def test_an_address_may_be_named_in_the_certificate(authority):
    with serving(answering(OK), tls=authority.server("127.0.0.1")) as server:
        assert request("GET", server.url()).status == 200


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (["other.example"], {}),
        (["*.example"], {"common_name": "hooks.example"}),
        ([], {"common_name": "deep.hooks.example"}),
        (["127.0.0.1"], {}),
        (["deep.hooks.example"], {"days": -1}),
    ],
    ids=["other name", "wildcard too wide", "common name", "address", "expired"],
)
def test_a_wrong_certificate_was_not_sent(authority, names, options):
    with (
        serving(answering(OK), tls=authority.server(*names, **options)) as server,
        pytest.raises(EgressNotSent) as raised,
    ):
        request("POST", server.url(host="deep.hooks.example"), body=b"x")

    assert raised.value.code == "tls"
    assert server.requests == []


def test_an_authority_that_is_not_ours_is_not_believed(authority, settings):
    settings.EGRESS_CA_FILE = ""

    with (
        serving(answering(OK), tls=authority.server("127.0.0.1")) as server,
        pytest.raises(EgressNotSent) as raised,
    ):
        request("POST", server.url(), body=b"x")

    assert raised.value.code == "tls"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unreadable_authority_file_is_our_own_mistake(settings, tmp_path, content):
    file = tmp_path / "ca.pem"
    settings.EGRESS_CA_FILE = str(file)
    if content is not None:
        file.write_text(content)

    with serving(answering(OK)) as server, pytest.raises(ImproperlyConfigured):
        request("GET", server.url().replace("http", "https"))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_not_spoken(authority):
    context = authority.server("127.0.0.1")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")

    with (
        serving(answering(OK), tls=context) as server,
        pytest.raises(EgressNotSent) as raised,
    ):
        request("POST", server.url(), body=b"x")

    assert raised.value.code == "tls"


def test_a_plain_server_is_no_secure_one():
    with serving(dripping(b"HTTP/1.1 400 Bad\r\n\r\n", every=9)) as server:
        secure_url = server.url().replace("http", "https")
        with pytest.raises(EgressNotSent):
            request("POST", secure_url, body=b"x", connect_seconds=0.5)


def test_a_dripping_handshake_ends_on_the_connect_deadline():
    """A record of 16,000 bytes is promised, and comes byte by byte."""

    def talk(conn, server):
        conn.recv(4_096)
        conn.sendall(b"\x16\x03\x03\x3e\x80")
        while not server.stop.wait(0.05):
            conn.sendall(b"\x02")

    with serving(talk) as server:
        began = time.monotonic()
        with pytest.raises(EgressNotSent) as raised:
            request(
                "POST",
                server.url().replace("http", "https"),
                body=b"x",
                connect_seconds=0.5,
            )
        took = time.monotonic() - began

    assert raised.value.code == "connect_timeout"
    assert 0.5 <= took < GENEROUS


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"],
    ids=["header", "body"],
)
def test_a_drip_feed_over_tls_ends_on_the_total_deadline(authority, start):
    with serving(dripping(start), tls=authority.server("127.0.0.1")) as server:
        began = time.monotonic()
        with pytest.raises(EgressNoAnswer) as raised:
            request("POST", server.url(), body=b"x", total_seconds=0.5)
        took = time.monotonic() - began

    assert raised.value.code == "timeout"
    assert took < GENEROUS


def test_a_target_that_does_not_read_tls_ends_on_the_total_deadline(authority):
    def talk(_conn, server):
        server.stop.wait()

    with serving(talk, tls=authority.server("127.0.0.1")) as server:
        began = time.monotonic()
        with pytest.raises(EgressNoAnswer):
            request("POST", server.url(), body=b"x" * 30_000_000, total_seconds=0.5)
        took = time.monotonic() - began

    assert took < GENEROUS


def test_a_reset_after_the_request_leaves_it_unknown(authority):
    def talk(conn, server):
        server.requests.append(read_request(conn))
        reset(conn)

    with (
        serving(talk, tls=authority.server("127.0.0.1")) as server,
        pytest.raises(EgressNoAnswer),
    ):
        request("POST", server.url(), body=b"x")

    assert len(server.requests) == 1


def test_bytes_nobody_asked_for_end_a_secure_connection_too(authority):
    """They hide in a TLS record read in part: the system has nothing to read."""
    forged = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged" * 300

    with serving(answering(OK + forged), tls=authority.server("127.0.0.1")) as server:
        for _ in range(3):
            assert request("GET", server.url()).body == b"ok"

    assert server.connections == 3
