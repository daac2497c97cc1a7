"""A service from the template, in a copy of this checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fettle.home import CHECKOUT
from fettle.new_service.registering import REGISTERED

_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".fettle", ".env", ".*_cache")
_TYPES_SEEN = ".mypy_cache"
"""What mypy remembers of the files that are the same, where it has looked at them before."""

_WRITTEN = (
    *("services/gadgets", "shared/contracts/gadgets.py", "tests/unit/gadgets"),
    *("tests/component/gadgets", "tests/e2e/test_gadgets.py"),
)
_ITS_TESTS = (
    *("-k", "gadgets or GadgetV1", "tests/unit/gadgets", "tests/component/gadgets"),
    *("tests/e2e/test_gadgets.py", "tests/architecture", "tests/component/plans"),
    *("tests/component/watching", "tests/component/test_live_streams.py"),
    *("tests/contract", "tests/kernel/test_rights.py"),
)
"""Those of its own, on real engines, and of those of all services its part."""


def _run(*command: str, at: Path) -> subprocess.CompletedProcess[str]:
    """Run it in the copy, whose modules come before those of this checkout."""
    return subprocess.run(
        command,
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(at)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _make(target: str, *settings: str, at: Path) -> subprocess.CompletedProcess[str]:
    # what is installed is this checkout's, and is not to be installed or compiled anew
    kept = ("-o", ".venv/.ready", "-o", ".venv/.compiled")
    return _run("make", *kept, target, *settings, at=at)


def _named_here() -> dict[str, str]:
    """Return the files of this checkout in which services are named."""
    return {path: (CHECKOUT / path).read_text() for path in REGISTERED}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Another checkout with what this one has installed, and has compiled."""
    at = tmp_path / "fettle"
    shutil.copytree(CHECKOUT, at, ignore=_NOT_COPIED, symlinks=True)
    if (CHECKOUT / _TYPES_SEEN).exists():
        shutil.copytree(CHECKOUT / _TYPES_SEEN, at / _TYPES_SEEN)
    (at / ".venv").symlink_to(sys.prefix)
    return at


def test_a_service_from_the_template_is_checked_boots_and_passes_a_fact_in_and_one_out(
    copy: Path,
) -> None:
    before = _named_here()

    written = _make("new-service", "name=gadgets", at=copy)
    typed = _run(sys.executable, "-m", "mypy", *_WRITTEN, at=copy)
    checked = _make("rules", at=copy)
    tested = _run(sys.executable, "-m", "pytest", *_ITS_TESTS, at=copy)

    assert written.returncode == 0, written.stderr
    assert "services/gadgets is written, on port" in written.stdout
    assert "Left to do by hand" in written.stdout
    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert tested.returncode == 0, tested.stdout
    assert _named_here() == before
    assert not [*CHECKOUT.glob("services/gadgets"), *CHECKOUT.glob("tests/*/gadgets")]


def test_a_name_that_cannot_be_used_is_refused_and_nothing_is_written(copy: Path) -> None:
    before = {path for path in copy.rglob("*") if ".venv" not in path.parts}

    refused = _make("new-service", "name=Spare-Parts", at=copy)

    assert refused.returncode != 0
    assert "cannot write the service: name='Spare-Parts' cannot be a name" in refused.stderr
    after = {path for path in copy.rglob("*") if ".venv" not in path.parts}
    assert [path for path in after - before if "__pycache__" not in path.parts] == []
