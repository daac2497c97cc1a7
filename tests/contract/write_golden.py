"""Writes the golden file of every contract that has none yet, and the default of every field that
has none in the golden defaults: `python -m tests.contract.write_golden`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from shared.contracts import SNAPSHOTS, Contract, Snapshot
from tests.contract.samples import examples

GOLDEN = Path(__file__).parent / "golden"
DEFAULTS = GOLDEN / "defaults.json"


def golden_name(contract: type[Snapshot]) -> str:
    return f"{contract.OWNER}.{contract.ENTITY}.v{contract.CONTRACT_VERSION}.json"


def contracts() -> tuple[type[Contract], ...]:
    """Return every contract that can be part of a fact."""
    parts = {
        part.__name__: part
        for part in _below(Contract)
        if part.__module__.startswith("shared.contracts.") and part is not Snapshot
    }
    assert parts.keys() >= {contract.__name__ for contract in SNAPSHOTS}
    return tuple(parts[name] for name in sorted(parts))


def defaults() -> dict[str, Any]:
    """Return what each field is that a fact leaves out, as JSON: `{"TicketV1.cycle": 1, …}`."""
    return {
        f"{contract.__name__}.{name}": to_jsonable_python(
            field.get_default(call_default_factory=True)
        )
        for contract in contracts()
        for name, field in contract.model_fields.items()
        if not field.is_required()
    }


def _below(contract: type[Contract]) -> Iterator[type[Contract]]:
    for part in contract.__subclasses__():
        yield part
        yield from _below(part)


def main() -> None:
    folder = GOLDEN
    folder.mkdir(exist_ok=True)
    known = json.loads(DEFAULTS.read_text()) if DEFAULTS.exists() else {}
    DEFAULTS.write_text(
        json.dumps(defaults() | known, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    )
    for example in examples():
        contract = type(example)
        path = folder / golden_name(contract)
        if not path.exists():
            golden = {
                "facts": sorted(contract.FACTS),
                "required": sorted(contract.model_json_schema()["required"]),
                "sample": example.model_dump(mode="json"),
            }
            path.write_text(json.dumps(golden, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
