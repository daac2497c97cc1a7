"""A short day on processes of its own: a storm, a service and the broker killed, and its report."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fettle.home import CHECKOUT

TICKETS, SEED = 40, 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("day")


@pytest.fixture(scope="module")
def said(folder: Path) -> Mapping[str, Any]:
    """Play the day; return what its last line says."""
    played = subprocess.run(
        [
            *(sys.executable, "-m", "fettle", "day"),
            *("--tickets", str(TICKETS), "--seed", str(SEED), "--json"),
        ],
        env={**os.environ, "FETTLE_HOME": str(folder)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stderr[-4000:]
    line: Mapping[str, Any] = json.loads(played.stdout.splitlines()[-1])
    return line


def test_nothing_is_lost_doubled_illegal_or_unheard_over_a_storm_and_two_faults(
    said: Mapping[str, Any],
) -> None:
    found = {name: said[name] for name in ("lost", "doubled", "illegal", "unheard")}

    assert found == dict.fromkeys(found, 0), said["findings"]
    assert (said["opened"], said["unfinished"], said["shortcomings"]) == (TICKETS, 0, [])
    assert said["completed"] + said["cancelled"] == TICKETS
    assert min(said["photos"], said["mails"]) > 0
    service, broker = (event for event in said["events"] if event["gone_s"] is not None)
    assert broker["name"] == "broker killed"
    assert service["name"].split()[0] in {"tickets", "dispatch", "sla", "notify"}


def test_promises_are_judged_by_what_clients_saw_and_most_can_be_called(
    said: Mapping[str, Any],
) -> None:
    promises = said["promises"]
    judged = [each[name] for each in promises.values() for name in ("kept", "missed", "close")]

    assert set(promises) == {"response", "arrival", "resolution"}
    assert sum(judged) == 3 * (TICKETS - said["cancelled"])
    assert sum(each["close"] for each in promises.values()) < sum(judged) / 2


def test_the_report_is_written_and_the_run_leaves_nothing_else_behind(
    said: Mapping[str, Any], folder: Path
) -> None:
    report = json.loads((folder / "day" / "report.json").read_text())
    page = (folder / "day" / "report.html").read_text()

    assert report["seed"] == said["seed"] == SEED
    assert page.count("<svg") == 7
    assert {path.name for path in folder.iterdir()} <= {"day", "keys"}
    assert len((folder / "day" / "clients.jsonl").read_text().splitlines()) > TICKETS
