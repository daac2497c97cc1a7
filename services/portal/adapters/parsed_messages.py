"""Fluent files as the parser leaves them, kept beside them as the interpreter keeps modules: to
parse them takes as long as all else that the portal does before it is ready.
"""

import contextlib
import pickle
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from fluent.syntax import FluentParser, ast

from services.portal.adapters.fluent_patterns import text_of
from shared.compiled_templates import keep_compiled

Parsed = tuple[str, str | ast.Pattern]
"""A message: its key, and its text, or the pattern of one that something is put into."""


def messages_in(folder: Path) -> Sequence[Parsed]:
    """Return all messages of a language."""
    sources = [path.read_bytes() for path in sorted(folder.glob("*.ftl"))]
    mark = sha256(b"\0".join([*sources, version("fluent.syntax").encode()])).digest()
    kept = folder / "__pycache__" / "messages.pickle"
    with contextlib.suppress(OSError):
        written = kept.read_bytes()
        if written.startswith(mark):
            parsed: Sequence[Parsed] = pickle.loads(written[len(mark) :])  # noqa: S301 # our own
            return parsed
    parsed = list(_parsed(sources))
    keep_compiled(mark + pickle.dumps(parsed), kept)  # else each start parses anew
    return parsed


def _parsed(sources: Sequence[bytes]) -> Iterator[Parsed]:
    parser = FluentParser(with_spans=False)
    for source in sources:
        for entry in parser.parse(source.decode()).body:
            if isinstance(entry, ast.Message) and entry.value is not None:
                yield entry.id.name, text_of(entry.value) or entry.value
