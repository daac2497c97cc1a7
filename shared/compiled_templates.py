"""Templates as the interpreter wants them, kept beside them as it keeps modules: compiling takes a
quarter of a second for the words of messages and a whole one for the portal's pages, and leaves
memory in pieces.
"""

import contextlib
import os
import secrets
import sys
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Files in `__pycache__` of the templates' folder; where that cannot be written, each start
    compiles anew. Jinja itself sees whether one is still what its template says.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "__pycache__"

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        keep_compiled(bucket.bytecode_to_string(), self._path(bucket))

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.jinja"


def keep_compiled(data: bytes, path: Path) -> None:
    """Write the file as a whole or not at all, where Python may keep what it compiles."""
    if sys.dont_write_bytecode:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
