"""What an auditor asks of an archive: are all lines whole, and is everything still there that was
written.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fettle.archive.folder import Archive
from fettle.archive.index import Index
from fettle.archive.lines import BadLine, read_head

MAX_FAULTS = 100
"""So many are named of one file; all are counted."""


@dataclass(kw_only=True)
class Findings:
    """One file: what it holds, and what is wrong with it."""

    name: str
    sha256: str = ""
    size: int = 0
    lines: int = 0
    tickets: int = 0
    erased: int = 0
    faults: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        self.faults += 1
        if len(self.named) < MAX_FAULTS:
            self.named.append(f"{self.name}: {fault}")


def verify(archive: Archive) -> Iterator[Findings]:
    """Read every line of every file, the oldest month first, and hold them against the index.

    Raises OSError.
    """
    lost = archive.index.lost()
    names = (
        {path.name for path in archive.paths()}
        | archive.index.files().keys()
        | {name for name, _ in lost}
    )
    for name in sorted(names):
        found = _examine(archive.folder / name, archive.index)
        for reference in (reference for file, reference in lost if file == name):
            found.add(f"{reference} was archived here and is not here any more")
        yield found


def _examine(path: Path, index: Index) -> Findings:
    found = Findings(name=path.name)
    missing = index.of_file(path.name)
    if not path.exists():
        found.add("the file is missing")
        return found
    whole = hashlib.sha256()
    newest: dict[str, str | None] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            whole.update(line)
            found.size += len(line)
            try:
                head = read_head(line)
            except BadLine as error:
                found.add(f"line {number}: {error}")
                continue
            found.lines += 1
            newest[head.id] = head.erased_at
            missing.pop(head.id, None)
    for reference, _ in missing.values():
        found.add(f"{reference} was archived here and is not here any more")
    found.sha256 = whole.hexdigest()
    found.tickets = len(newest)
    found.erased = sum(erased_at is not None for erased_at in newest.values())
    return found
