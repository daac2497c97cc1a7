"""Facts leave out what equals its default; an absent member reads as that default, for ever."""

import json
from typing import Any, get_args

import pytest
from pydantic_core import from_json, to_jsonable_python

from shared.contracts import SNAPSHOTS, Contract, Snapshot
from shared.facts import Fact
from shared.messaging.received import parse
from tests.contract.samples import examples
from tests.contract.write_golden import DEFAULTS, contracts, defaults
from tests.support.component import as_stored

_ALWAYS_WRITTEN = {"WorkOrderV1.jobs", "JobV1.steps", "JobV1.offers", "Announcement.skipped"}
"""Readers of the raw JSON walk through these."""


def _bare(example: Snapshot) -> Snapshot:
    """The example with every field at its default that has one; lists of parts keep bare parts."""
    return type(example).model_validate(_without(example.model_dump(mode="json"), type(example)))


def _without(told: dict[str, Any], contract: type[Contract]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, field in contract.model_fields.items():
        part = _part_in(field.annotation)
        if part is not None and isinstance(told[name], list):
            kept[name] = [_without(each, part) for each in told[name]]
        elif field.is_required():
            kept[name] = told[name]
    return kept


def _part_in(annotation: Any) -> type[Contract] | None:
    """The contract that a list consists of; None for another annotation."""
    return next(
        (
            part
            for part in get_args(annotation)
            if isinstance(part, type) and issubclass(part, Contract)
        ),
        None,
    )


def _read_back(snapshot: Snapshot) -> Snapshot:
    contract = type(snapshot)
    past_tense = next(name for name in contract.FACTS if name not in contract.FORMER_FACTS)
    fact = Fact(contract, past_tense, snapshot)
    return parse(as_stored(seq=1, type=fact.type, headers={}, body=fact.body()), contract).snapshot


def test_no_default_has_changed_since_facts_were_first_written_under_it() -> None:
    golden = json.loads(DEFAULTS.read_text())

    today = defaults()

    assert {name: _as_far_as(golden[name], today.get(name)) for name in golden} == golden


def test_every_default_is_on_record() -> None:
    golden = json.loads(DEFAULTS.read_text())

    today = defaults()

    assert today.keys() <= golden.keys(), "run python -m tests.contract.write_golden"


@pytest.mark.parametrize("example", examples(), ids=lambda example: type(example).__name__)
def test_what_a_fact_says_is_read_as_it_was_meant(example: Snapshot) -> None:
    full, bare = example, _bare(example)

    read = [_read_back(full), _read_back(bare)]

    assert read == [full, bare]


@pytest.mark.parametrize("example", examples(), ids=lambda example: type(example).__name__)
def test_a_fact_of_an_earlier_release_that_says_everything_reads_alike(example: Snapshot) -> None:
    bare = _bare(example)

    read = type(bare).model_validate_json(bare.model_dump_json())

    assert read == bare == type(bare).model_validate_json(bare.fact_json())


@pytest.mark.parametrize("example", examples(), ids=lambda example: type(example).__name__)
def test_a_fact_leaves_out_what_equals_its_default_and_nothing_else(example: Snapshot) -> None:
    bare = _bare(example)

    said = from_json(bare.fact_json())

    assert said == _with_always_written(
        _without(bare.model_dump(mode="json"), type(bare)), type(bare)
    )
    assert set(type(bare).model_json_schema()["required"]) <= said.keys()


def test_what_readers_of_raw_facts_walk_through_is_always_there() -> None:
    written = {
        f"{contract.__name__}.{name}" for contract in contracts() for name in _always(contract)
    }

    assert written == _ALWAYS_WRITTEN


@pytest.mark.parametrize("contract", SNAPSHOTS, ids=lambda contract: contract.__name__)
def test_what_a_fact_may_leave_out_is_not_required_by_the_published_schema(
    contract: type[Snapshot],
) -> None:
    schema = contract.model_json_schema()

    parts = {contract.__name__: schema, **schema.get("$defs", {})}
    required = {
        f"{name}.{field}" for name, part in parts.items() for field in part.get("required", ())
    }

    assert required
    assert not required & defaults().keys()


def _as_far_as(golden: Any, default: Any) -> Any:
    """The default without the members that its parts have got since: each of those has a default of
    its own on record.
    """
    if isinstance(golden, dict) and isinstance(default, dict):
        return {name: default[name] for name in golden if name in default}
    return default


def _always(contract: type[Contract]) -> set[str]:
    """The fields that are written although they equal their defaults."""
    named = contract.__pydantic_decorators__.field_serializers.values()
    return {field for serializer in named for field in serializer.info.fields}


def _with_always_written(said: dict[str, Any], contract: type[Contract]) -> dict[str, Any]:
    for name in _always(contract) - said.keys():
        said[name] = contract.model_fields[name].get_default(call_default_factory=True)
    for name, value in said.items():
        part = _part_in(contract.model_fields[name].annotation)
        if part is not None and isinstance(value, list):
            said[name] = [_with_always_written(each, part) for each in value]
    whole: dict[str, Any] = to_jsonable_python(said)
    return whole
