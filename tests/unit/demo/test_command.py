from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from demo.command import REFUSED, demo
from tests.unit.demo.rows import SF_HEADER, a_file, sf_row


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(demo)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300"})


def test_a_file_of_unknown_columns_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    path = a_file(tmp_path, "date,what", "2015-01-01,pipe")

    result = run("--requests", str(path), "--json")

    assert result.exit_code == REFUSED
    assert "unknown columns: date,what" in result.stderr
    assert "San Francisco 311: unique_key" in result.stderr
    assert result.stdout == ""


def test_a_file_whose_rows_are_all_bad_is_refused_with_each_named(tmp_path: Path) -> None:
    path = a_file(tmp_path, SF_HEADER, sf_row(opened="soon"), sf_row(kind=""))

    result = run("--requests", str(path))

    assert result.exit_code == REFUSED
    assert "none of its 2 rows can be played" in result.stderr
    assert "row 2, created_date" in result.stderr
    assert "row 3, complaint_type" in result.stderr


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--speed", "0.5"), ("--limit", "many")])
def test_a_wrong_option_is_named(arguments: tuple[str, str]) -> None:
    result = run(*arguments)

    assert result.exit_code == REFUSED
    assert arguments[0] in result.stderr
