"""Samples that were published since the first golden files: with fields that those have not."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import SNAPSHOTS, Snapshot
from tests.contract.write_golden import GOLDEN, golden_name

_FIRST = {golden_name(contract) for contract in SNAPSHOTS} | {"defaults.json"}
_BESIDE = sorted(path for path in GOLDEN.glob("*.json") if path.name not in _FIRST)


def _contract_of(path: Path) -> type[Snapshot]:
    """`tickets.ticket.v1.desk.json` is one of `tickets.ticket.v1.json`."""
    return next(
        each for each in SNAPSHOTS if path.name.startswith(golden_name(each).removesuffix("json"))
    )


def test_there_are_some() -> None:
    assert _BESIDE


@pytest.mark.parametrize("path", _BESIDE, ids=lambda path: path.name)
def test_a_fact_reads_as_it_did_and_is_written_as_it_was(path: Path) -> None:
    published: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    read = _contract_of(path).model_validate(published)

    assert json.loads(read.fact_json()) == published
