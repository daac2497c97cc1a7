"""The process that reads a file which a stranger sent: bounded in memory, time and disk, it ends
with its file, and what kills it kills nothing else.

Run as `python -m shared.importing.worker FORM ROWS SUMMARY`: what to read as JSON, and the numbers
of two open files to write to.
"""

import errno
import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from shared.importing.form import ImportForm
from shared.importing.reading import read_file
from shared.remarks import Remark
from shared.sheets import Unreadable

MAX_MEMORY_BYTES = 1 << 30
MAX_CPU_S = 120
_MAX_WRITTEN_BYTES = 1 << 29
_MAX_SAID, _MAX_TITLES = 1000, 200
"""Characters of a heading or title that are passed on, and how many titles."""
_NICENESS = 10
"""Residents' requests come first."""
NO_DISK = 75
"""Exit code where there is no room to write what was read (EX_TEMPFAIL of sysexits.h)."""


def main(asked: dict[str, Any], rows: int, summary: int) -> None:
    """Read the file, and write its good rows, one a line, and what else there is to say of it."""
    _bound()
    path = Path(asked["path"])
    try:
        said = _read(asked, path, rows)
    except Unreadable as error:
        said = {"unreadable": _named(error.remark, path, asked["name"])}
    except (MemoryError, RecursionError):
        remark = Remark.of("too_much_memory", "it takes more memory than a file may; split it")
        said = {"unreadable": asdict(remark)}
    except OSError as error:
        if error.errno != errno.EFBIG:
            sys.exit(NO_DISK)
        remark = Remark.of("too_much", "it has more in it than can be read at once; split it")
        said = {"unreadable": asdict(remark)}
    with os.fdopen(summary, "w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=True)


def _read(asked: dict[str, Any], path: Path, rows: int) -> dict[str, Any]:
    form = ImportForm.read(asked["form"])
    reading = read_file(path, form, mapping=asked["mapping"], sheet=asked["sheet"])
    with os.fdopen(rows, "w", encoding="utf-8") as file:
        for row in reading.good:
            json.dump([row.number, row.values], file, ensure_ascii=True)
            file.write("\n")
    table = reading.table
    return {
        "rows": reading.rows,
        "good": len(reading.good),
        "bad": reading.bad,
        "problems": [asdict(problem) for problem in reading.problems],
        "unlisted": reading.unlisted,
        "ignored": [heading[:_MAX_SAID] for heading in table.ignored],
        "remarks": [asdict(remark) for remark in reading.remarks],
        "titles": [title[:_MAX_SAID] for title in table.titles[:_MAX_TITLES]],
        "headings": dict(table.headings),
    }


def _named(remark: Remark, path: Path, name: str) -> dict[str, Any]:
    """Return the remark as JSON takes it, with the file's own name for the one that it has here."""
    values = {key: said.replace(str(path), name) for key, said in remark.values.items()}
    text = remark.text.replace(str(path), name)
    return {"code": remark.code, "text": text, "values": values}


def _bound() -> None:
    os.nice(_NICENESS)
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_FSIZE, _MAX_WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (bound, hard))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
