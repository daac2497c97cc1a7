"""Who has which limits, and how many are remembered."""

import pytest
from pydantic import ValidationError

from shared.http.limits.accounts import Accounts
from shared.http.limits.addresses import share_of
from shared.http.limits.quotas import Quotas
from shared.settings import ServiceSettings

_NEEDED = {"database_url": "postgresql://x", "port": 1, "jwks": "x", "issuer": "x"}


def test_an_integration_has_ten_times_of_everything() -> None:
    person = Quotas.of(ServiceSettings.of(**_NEEDED))
    integration = person.times(10)

    assert (person.reads.per_s, person.writes.per_s, person.reads.burst) == (50, 20, 200)
    assert (person.requests, person.uploads, person.streams) == (64, 8, 20)
    assert (integration.reads.per_s, integration.writes.per_s) == (500, 200)
    assert (integration.writes.burst, integration.probes.burst) == (2000, 2000)
    assert (integration.requests, integration.uploads, integration.streams) == (640, 80, 200)


@pytest.mark.parametrize(
    "name",
    [
        "reads_per_s",
        "writes_per_s",
        "request_burst",
        "requests_per_caller",
        "uploads_per_caller",
        "streams_per_caller",
        "integration_factor",
        "connections_per_address",
    ],
)
@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_no_limit_can_be_switched_off(name: str, value: float) -> None:
    with pytest.raises(ValidationError, match=f"FETTLE_{name.upper()}"):
        ServiceSettings.of(**_NEEDED, **{name: value})


def test_of_too_many_accounts_the_one_that_was_not_used_for_longest_is_forgotten() -> None:
    accounts = Accounts(limit=3)
    first, second = accounts.of("a"), accounts.of("b")
    accounts.of("c")
    accounts.of("a")

    accounts.of("d")

    assert len(accounts) == 3
    assert accounts.of("a") is first
    assert accounts.of("b") is not second


def test_ever_new_addresses_take_no_memory() -> None:
    accounts = Accounts(limit=100)

    for number in range(10_000):
        accounts.of(str(number))

    assert len(accounts) == 100


@pytest.mark.parametrize(
    ("host", "share"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("no:address", "no:address"),
    ],
)
def test_the_addresses_of_one_network_share(host: str, share: str) -> None:
    assert share_of(host) == share
