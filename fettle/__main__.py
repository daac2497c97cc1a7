"""The command line: `fettle --help`."""

import os
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

from shared.setting_names import unread_variables

COMMANDS = {
    "up": "fettle.up.command",
    "demo": "demo.command",
    "day": "demo.day.command",
    "token": "fettle.token",
    "technician": "fettle.technician.command",
    "migrate": "fettle.migrate",
    "admin-link": "fettle.admin_link:admin_link",
    "topology": "fettle.topology",
    "dlq": "fettle.dlq",
    "republish": "fettle.republish",
    "import": "fettle.importing.command:import_list",
    "archive": "fettle.archive.command",
    "reference": "fettle.reference.command",
}
"""Each in the module that holds it under the same name, or the one after the colon: a function, or
an application of several.
"""


def app() -> None:
    """Runs the command that is named.

    Only its own module is imported, since all of them together take seconds.
    """
    line = typer.Typer(no_args_is_help=True, add_completion=False)
    line.callback()(fettle)
    for name in sys.argv[1:2] if sys.argv[1:2] and sys.argv[1] in COMMANDS else COMMANDS:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(module), attribute or name)
        if isinstance(command, typer.Typer):
            line.add_typer(command, name=name)
        else:
            line.command(name)(command)
    line()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fettle {version('fettle')}")
        raise typer.Exit


def fettle(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    """Fettle keeps buildings in fine fettle: a reported fault becomes a finished job."""
    for name, nearest in unread_variables(os.environ).items():
        typer.echo(f"{name} is set, and nothing reads it; did you mean {nearest}?", err=True)


if __name__ == "__main__":
    app()
