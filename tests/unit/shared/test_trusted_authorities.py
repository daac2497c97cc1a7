"""The authorities that servers are vouched for by."""

import ssl
from pathlib import Path

from shared.trusted_authorities import trusted_authorities

ROOT = Path(__file__).parents[3]


def test_servers_are_proven_by_name_and_authority() -> None:
    trusted = trusted_authorities()

    assert (trusted.verify_mode, trusted.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trusted.get_ca_certs()


def test_they_are_read_once_for_all_who_call() -> None:
    readers = [
        path
        for room in ("services", "shared")
        for path in (ROOT / room).rglob("*.py")
        if "create_ssl_context" in path.read_text()
    ]

    assert trusted_authorities() is trusted_authorities()
    assert readers == [ROOT / "shared/trusted_authorities.py"]
