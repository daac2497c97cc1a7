"""Webhooks do not go inside."""

import ipaddress

import pytest

from services.notify.domain.addresses import Reach, UrlRefused, checked_url

OUTSIDE = Reach(anywhere=False)
DEVELOPMENT = Reach(anywhere=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.100.100.200",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
        "fec0::1", "::127.0.0.1",
        "192.0.0.192", "192.88.99.1", "168.63.129.16", "nonsense",
    ],
)  # fmt: skip
def test_an_address_inside_is_refused(address: str) -> None:
    assert OUTSIDE.refuses(address) is not None


@pytest.mark.parametrize("address", ["8.8.8.8", "203.0.114.1", "2606:4700::1111", "2400:3200::1"])
def test_a_public_address_is_reached(address: str) -> None:
    assert OUTSIDE.refuses(address) is None


def test_an_operator_can_allow_a_range() -> None:
    reach = Reach(anywhere=False, allowed=(ipaddress.ip_network("10.1.0.0/16"),))

    assert reach.refuses("10.1.2.3") is None
    assert reach.refuses("10.2.0.1") is not None
    assert reach.refuses("::1") is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook", "https://127.0.0.1/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://10.0.0.1:8443/x",
        "https://user:pw@example.com/", "https://user@example.com/", "https://example.com/#part",
        "https://", "https:///x", "ftp://example.com/",
        "file:///etc/passwd", "gopher://example.com", "javascript:alert(1)",
        "https://example.com:0/", "https://example.com:99999/",
        "https://example.com:x/", "https://exa mple.com/", "https://例子.com/",
        "https://example.com\\@inside/", "https://[::1/", "",
        "https://example.com/" + "x" * 500,
    ],
)  # fmt: skip
def test_a_url_that_is_no_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        checked_url(url, OUTSIDE)

    assert refused.value.details["errors"][0]["pointer"] == "/url"  # type: ignore[call-overload,index]


def test_development_takes_http_and_loopback() -> None:
    assert checked_url("http://127.0.0.1:9000/hook", DEVELOPMENT) == "http://127.0.0.1:9000/hook"


def test_a_name_over_https_is_taken_as_it_is() -> None:
    assert (
        checked_url("https://example.com:8443/a?b=c", OUTSIDE) == "https://example.com:8443/a?b=c"
    )


@pytest.mark.parametrize("port", [1, 22, 25, 80, 442, 444, 636, 1023])
def test_a_port_of_the_system_is_refused(port: int) -> None:
    with pytest.raises(UrlRefused, match="port"):
        checked_url(f"https://example.com:{port}/", OUTSIDE)


@pytest.mark.parametrize("port", [443, 1024, 8443, 65535])
def test_https_and_ports_from_1024_are_taken(port: int) -> None:
    assert checked_url(f"https://example.com:{port}/", OUTSIDE)


def test_development_takes_any_port() -> None:
    assert checked_url("http://127.0.0.1:80/", DEVELOPMENT)
