"""Libraries are loaded without what no service reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from fettle.lean_libraries import compile_libraries

_MODULE = '"""Says what it is."""\n\n\ndef doubled(of):\n    """Double it."""\n    return of * 2\n'
_LOOK = "import lean; print(lean.__doc__, lean.doubled.__doc__, lean.doubled(2))"


def test_a_library_that_is_pinned_is_loaded_without_its_docstrings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lean.py").write_text(_MODULE)
    (tmp_path / "odd.py").write_text("no Python at all")
    metadata = tmp_path / "lean_library-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: lean-library\nVersion: 1\n")
    (metadata / "RECORD").write_text("lean.py,,\nodd.py,,\ngone.py,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    compiled = compile_libraries("lean-library==1 \\\n    --hash=sha256:00\nnot-installed==2\n")
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert compiled == 1
    assert looked.stdout.split() == ["None", "None", "4"]
