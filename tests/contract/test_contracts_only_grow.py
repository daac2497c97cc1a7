"""What was ever published can be read for ever, and what is published today still
says all that it said.

The golden files are written once, by `python -m tests.contract.write_golden` for a contract that
has none; never over an old one. What a contract has got since has a sample of its own beside them,
named for it: `tickets.ticket.v1.attachments.json` (test_golden_samples_beside.py).
"""

import json
from typing import Any

import pytest

from shared.contracts import SNAPSHOTS, Snapshot
from tests.contract.samples import examples
from tests.contract.write_golden import GOLDEN, golden_name


def _golden(contract: type[Snapshot]) -> dict[str, Any]:
    path = GOLDEN / golden_name(contract)
    assert path.exists(), f"{path.name} is missing: run python -m tests.contract.write_golden"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@pytest.mark.parametrize("contract", SNAPSHOTS, ids=lambda contract: contract.__name__)
def test_the_golden_sample_still_reads_as_it_did(contract: type[Snapshot]) -> None:
    golden = _golden(contract)

    read = contract.model_validate(golden["sample"])

    assert _is_within(golden["sample"], read.model_dump(mode="json"))


@pytest.mark.parametrize("contract", SNAPSHOTS, ids=lambda contract: contract.__name__)
def test_no_fact_was_taken_out_of_the_catalogue(contract: type[Snapshot]) -> None:
    golden = _golden(contract)

    assert set(golden["facts"]) <= set(contract.FACTS)


@pytest.mark.parametrize("contract", SNAPSHOTS, ids=lambda contract: contract.__name__)
def test_nothing_new_is_demanded_of_older_facts(contract: type[Snapshot]) -> None:
    golden = _golden(contract)

    required_today = set(contract.model_json_schema()["required"])

    assert required_today <= set(golden["required"])


@pytest.mark.parametrize("example", examples(), ids=lambda example: type(example).__name__)
def test_the_examples_set_every_field(example: Snapshot) -> None:
    assert example.model_fields_set == set(type(example).model_fields)


def test_every_contract_has_an_example() -> None:
    assert {type(example) for example in examples()} == set(SNAPSHOTS)


def _is_within(old: Any, new: Any) -> bool:
    """Every value of the old is in the new; the new may say more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and _is_within(value, new[key]) for key, value in old.items()
        )
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(_is_within, old, new))
    return bool(old == new)
