import pytest
import typer
from typer.testing import CliRunner, Result

from demo.command import REFUSED
from demo.day.command import day


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(day)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300"})


@pytest.mark.parametrize(
    "arguments", [("--tickets", "0"), ("--tickets", "9999"), ("--seed", "many")]
)
def test_a_wrong_option_is_named_before_anything_is_started(arguments: tuple[str, str]) -> None:
    result = run(*arguments)

    assert result.exit_code == REFUSED
    assert arguments[0] in result.stderr
    assert result.stdout == ""
