"""What `fettle topology` reads is read as the services read theirs, and costs little."""

import subprocess
import sys
from pathlib import Path

import pytest

from fettle.topology_settings import TopologySettings, WrongSetting
from shared.settings import ServiceSettings


def test_settings_are_read_from_their_variables(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    given = {
        "FETTLE_NATS_URL": "tls://operator:5f1d0c2b@broker:4222",
        "FETTLE_NATS_CA": str(authority),
        "FETTLE_LOG_LEVEL": "warning",
        "FETTLE_STREAM_REPLICAS": "3",
        "FETTLE_TICKETS_PER_DAY": "50000",
        "HOST": "elsewhere",
    }

    assert TopologySettings.of(given) == TopologySettings(
        nats_url="tls://operator:5f1d0c2b@broker:4222",
        nats_ca=authority,
        log_level="warning",
        stream_replicas=3,
        tickets_per_day=50_000,
    )
    assert TopologySettings.of({}) == TopologySettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FETTLE_NATS_URL", "http://broker"),
        ("FETTLE_NATS_URL", ""),
        ("FETTLE_NATS_CA", "/no/such/file"),
        ("FETTLE_LOG_LEVEL", "loud"),
        ("FETTLE_STREAM_REPLICAS", "9"),
        ("FETTLE_STREAM_REPLICAS", "³"),
        ("FETTLE_TICKETS_PER_DAY", "0"),
        ("FETTLE_TICKETS_PER_DAY", "many"),
        ("FETTLE_STREAM_MAX_BYTES", "1073741824"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        TopologySettings.of({name: value})


def test_what_services_read_too_has_the_same_default_there() -> None:
    described = TopologySettings.described()

    same = {
        str(field.validation_alias): field.default
        for field in ServiceSettings.model_fields.values()
        if field.validation_alias in described
    }
    assert same.keys() == {
        "FETTLE_ENV",
        "FETTLE_NATS_URL",
        "FETTLE_NATS_CA",
        "FETTLE_LOG_LEVEL",
    }
    assert same == {name: described[name][0] for name in same}


def test_its_process_imports_nothing_of_weight() -> None:
    heavy = ("pydantic", "fastapi", "sqlalchemy", "asyncpg", "uvicorn", "rich", "aiohttp")
    look = f"import sys, fettle.topology; print([n for n in {heavy} if sys.modules.get(n)])"

    imported = subprocess.run(
        [sys.executable, "-c", look], check=True, capture_output=True, text=True
    ).stdout

    assert imported == "[]\n"
