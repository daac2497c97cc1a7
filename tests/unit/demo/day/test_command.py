import pytest
import typer
from typer.testing import CliRunner, Result

from demo.command import REFUSED
from demo.day.command import day


def run(*arguments: str, **more: str) -> Result:
    app = typer.Typer()
    app.command()(day)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300", **more})


@pytest.mark.parametrize(
    "arguments", [("--tickets", "0"), ("--tickets", "9999"), ("--seed", "many")]
)
def test_a_wrong_option_is_named_before_anything_is_started(arguments: tuple[str, str]) -> None:
    result = run(*arguments)

    assert result.exit_code == REFUSED
    assert arguments[0] in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["FETTLE_NATS_URL", "FETTLE_SLA_DATABASE_URL", "FETTLE_SMTP_URL"])
def test_a_day_touches_no_engine_or_mail_server_of_others(name: str) -> None:
    result = run(**{name: "somewhere"})

    assert result.exit_code == REFUSED
    assert f"unset {name}" in result.stderr
