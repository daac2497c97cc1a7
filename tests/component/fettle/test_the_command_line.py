"""`fettle` itself, as a newcomer tries it first."""

from importlib.metadata import version
from pathlib import Path

from tests.component.fettle.command import fettle


def test_the_version_is_that_of_the_installed_package_and_needs_no_command(tmp_path: Path) -> None:
    asked = fettle("--version", home=tmp_path / "home", cwd=tmp_path)

    assert (asked.returncode, asked.stdout) == (0, f"fettle {version('fettle')}\n")
    assert not (tmp_path / "home").exists()
