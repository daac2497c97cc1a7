"""What `fettle archive` is told: folders, days and references."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from services.tickets.domain.references import is_misread

_OLDEST = date(2000, 1, 1)
"""No ticket is older: a later run would look for changes day by day from there."""


def day(value: str) -> date:
    """Return the date that is meant. Raises BadParameter."""
    try:
        given = date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no date; write one as 2026-01-31") from None
    if given < _OLDEST:
        raise typer.BadParameter(f"no ticket is older than {_OLDEST}")
    return given


def days_ago(value: str) -> date:
    """Return the date so many days before today, UTC. Raises BadParameter."""
    today = datetime.now(UTC).date()
    longest = (today - _OLDEST).days
    if not (value.isascii() and value.isdigit() and int(value[:9]) <= longest):
        raise typer.BadParameter(f"{value!r} is no number of days, 0 to {longest}")
    return today - timedelta(days=int(value))


def some_folder(value: str) -> Path:
    """Return the folder that is named. Raises BadParameter where none is."""
    if not value:  # of a variable that is not set: it would be the folder that one is in
        raise typer.BadParameter("name a folder")
    return Path(value)


def _reference(value: str) -> str:
    if is_misread(value):
        raise typer.BadParameter(
            f"{value!r} is no reference as it was given out, such as DEMO-1042-J; a sign was "
            "misread"
        )
    return value.strip().upper()


Folder = Annotated[
    Path | None,
    typer.Option(
        "--in",
        envvar="FETTLE_ARCHIVE",
        metavar="PATH",
        parser=some_folder,
        help="The archive's folder; `archive` in FETTLE_HOME by default.",
    ),
]
Reference = Annotated[
    str, typer.Argument(help="As the resident has it: DEMO-1042-J.", callback=_reference)
]
