"""URLs that are taken apart, and URLs that are turned away before any look-up."""

from __future__ import annotations

import pytest

from notify_project.egress import EgressRefused
from notify_project.egress.urls import Target, read_url


def test_a_url_is_taken_apart():
    assert read_url("https://Hooks.Example.COM/a/b?c=d#e") == Target(
        "https", "hooks.example.com", 443, "/a/b?c=d"
    )


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://example.com", "example.com", 80),
        ("https://example.com:8443/", "example.com", 8443),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443),
        ("https://münchen.example/", "xn--mnchen-3ya.example", 443),
        ("https://example.com./", "example.com.", 443),
        ("HTTPS://my_service:8443", "my_service", 8443),
    ],
)
def test_hosts_and_ports_are_read(url, host, port):
    target = read_url(url)

    assert (target.host, target.port) == (host, port)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "url"),
        ("example.com", "url"),
        ("//example.com/", "url"),
        ("/path", "url"),
        ("https://", "url"),
        ("https:///path", "url"),
        ("https://exa mple.com/", "url"),
        ("https://example.com/\r\nX: y", "url"),
        ("https://example.com\\@127.0.0.1/", "url"),
        ("https://example.com:0/", "url"),
        ("https://example.com:65536/", "url"),
        ("https://example.com:x/", "url"),
        ("https://[::1", "url"),
        ("https://[fe80::1%25eth0]/", "url"),
        ("https://[::1%lo]/", "url"),
        ("https://127.0.0.1%2f.example/", "url"),
        ("https://127.0.0.1%00.example/", "url"),
        ("https://127。0。0。1/", "url"),  # ideographic stops
        ("https://127\uff0e0\uff0e0\uff0e1/", "url"),
        ("https://\u2460\u2461\u2466.0.0.1/", "url"),
        ("https://example.com/" + "a" * 9_000, "url"),
        ("https://user:pw@example.com/", "userinfo"),
        ("https://@example.com/", "userinfo"),
        ("https://example.com@127.0.0.1/", "userinfo"),
        ("https://a@b@127.0.0.1/", "userinfo"),
        ("ftp://example.com/", "scheme"),
        ("gopher://example.com/", "scheme"),
        ("file:///etc/passwd", "url"),
        ("data:text/plain,x", "url"),
        ("javascript:alert(1)", "url"),
        ("unix://%2fvar%2frun%2fdocker.sock/", "scheme"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url, code):
    with pytest.raises(EgressRefused) as refused:
        read_url(url)

    assert refused.value.code == code


def test_a_refusal_does_not_repeat_the_url():
    with pytest.raises(EgressRefused) as refused:
        read_url("https://hooks.example:port/SECRET")

    assert "SECRET" not in refused.value.detail
    assert refused.value.__cause__ is None
