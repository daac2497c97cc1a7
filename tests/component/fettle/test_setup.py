"""`make setup` where there is no package index."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from fettle.home import CHECKOUT


def test_without_a_package_index_the_settings_that_help_are_named_and_nothing_counts_as_set_up(
    tmp_path: Path,
) -> None:
    for name in ("Makefile", "pyproject.toml", "requirements-setup.lock", "requirements-dev.lock"):
        shutil.copy(CHECKOUT / name, tmp_path)
    (tmp_path / "fettle").mkdir()
    (tmp_path / "fettle/lean_libraries.py").touch()
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "MAKE"))
    }

    made = subprocess.run(
        ["make", "setup"],
        cwd=tmp_path,
        env={**ours, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "UV_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert made.returncode != 0
    for setting in (
        "HTTPS_PROXY",
        "PIP_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "PIP_FIND_LINKS",
        "SSL_CERT_FILE",
    ):
        assert f"{setting}=" in made.stderr
    assert not (tmp_path / ".venv/.ready").exists()
