"""Writes the golden file of every contract that has none yet: `python -m
tests.contract.write_golden`.
"""

import json
from pathlib import Path

from shared.contracts import Snapshot
from tests.contract.samples import examples


def golden_name(contract: type[Snapshot]) -> str:
    return f"{contract.OWNER}.{contract.ENTITY}.v{contract.CONTRACT_VERSION}.json"


def main() -> None:
    folder = Path(__file__).parent / "golden"
    folder.mkdir(exist_ok=True)
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
