"""The index brought up to date with the files: after a killed run, a lost index, a restored backup,
an editor.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from fettle.archive.index import Index, Place
from fettle.archive.lines import BadLine, Head, read_head

FILES = "tickets-????-??.jsonl"
_LINES_AT_ONCE = 10_000
_BLOCK_BYTES = 1 << 16


def catch_up(index: Index, folder: Path, *, repair: bool) -> None:
    """Take in what the files have and the index has not. Where lines have gone, the next run looks
    at every ticket again.

    `repair` cuts off a torn last line, or ends one that lacks nothing but its newline.
    """
    held = index.files()
    with index.transaction():
        for path in sorted(folder.glob(FILES)):
            state, (size, mtime_ns) = path.stat(), held.pop(path.name, (0, 0))
            if (state.st_size, state.st_mtime_ns) == (size, mtime_ns):
                continue
            if repair:
                _mend_end(path)
            if state.st_size <= size or not take_in(index, path, start=size):
                before = index.of_file(path.name)
                take_in(index, path)
                _remember_lost(index, path.name, before)
        for name in held:
            before = index.of_file(name)
            index.forget_file(name)
            _remember_lost(index, name, before)


def _remember_lost(index: Index, name: str, before: Mapping[str, tuple[str, int]]) -> None:
    after = index.of_file(name)
    if any(id not in after or after[id][1] < version for id, (_, version) in before.items()):
        index.put_lost(
            name, [(id, reference) for id, (reference, _) in before.items() if id not in after]
        )


def take_in(index: Index, path: Path, *, start: int = 0) -> bool:
    """Take in a file's lines from byte `start` on; bad ones are left to `verify`.

    False: no line begins there, it was changed by hand.
    """
    if start == 0:
        index.forget_file(path.name)
    offset = start
    found: list[tuple[Head, Place]] = []
    with path.open("rb") as file:
        file.seek(max(start - 1, 0))
        if start and file.read(1) != b"\n":
            return False
        for line in file:
            if not line.endswith(b"\n"):
                break
            try:
                found.append(
                    (read_head(line), Place(file=path.name, offset=offset, length=len(line)))
                )
            except BadLine:
                if offset == start > 0:
                    return False
            offset += len(line)
            if len(found) >= _LINES_AT_ONCE:
                index.put(found)
                found = []
    index.put(found)
    index.put_file(path.name, offset, path.stat().st_mtime_ns)
    return True


def _mend_end(path: Path) -> None:
    with path.open("r+b") as file:
        end, last = file.seek(0, os.SEEK_END), b""
        while b"\n" not in last and len(last) < end:
            file.seek(max(end - len(last) - _BLOCK_BYTES, 0))
            last = file.read(min(end - len(last), _BLOCK_BYTES)) + last
        last = last.rpartition(b"\n")[2]
        if not last:
            return
        try:
            read_head(last + b"\n")
        except BadLine:
            file.truncate(end - len(last))
        else:
            file.seek(0, os.SEEK_END)
            file.write(b"\n")
        file.flush()
        os.fsync(file.fileno())
