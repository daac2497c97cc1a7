"""Where a page may lead: nowhere but to another page of ours."""

import pytest

from services.portal.domain.addresses import is_loopback_host, local_address, without_query


@pytest.mark.parametrize(
    "address", ["/", "/r", "/r/tickets?state=open&page=2", "/ops/map/demo", "/login?next=/r"]
)
def test_a_path_of_ours_is_gone_to(address: str) -> None:
    assert local_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "r",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "http:/evil.example",
        "javascript:alert(1)",
        " /r",
        "/r\r\nSet-Cookie: a=b",
        "/r\tx",
        "/我",
        "/" + "r" * 3000,
    ],
)
def test_what_leads_elsewhere_leads_to_the_default(address: str | None) -> None:
    assert local_address(address, "/r") == "/r"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000", "127.8.0.1"]
)
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host", ["", "fettle.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"]
)
def test_another_host_is_not_this_machine(host: str) -> None:
    assert not is_loopback_host(host)


def test_a_name_is_taken_out_of_a_query_and_the_rest_stays() -> None:
    assert without_query("/r?lang=en&state=open", "lang") == "/r?state=open"
    assert without_query("/r?lang=en", "lang") == "/r"
    assert without_query("/r", "lang") == "/r"
