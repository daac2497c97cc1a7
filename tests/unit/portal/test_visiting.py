"""Where a request comes from, as limits count it."""

import pytest
from fastapi import Request

from services.portal.api.visiting import address_prefix


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff::7", "2001:db8:1:200::/56"),
        ("testclient", ""),
    ],
)
def test_a_network_counts_as_one_however_its_address_is_written(address: str, network: str) -> None:
    request = Request({"type": "http", "client": (address, 1), "headers": []})

    assert address_prefix(request) == network
