"""`fettle token`: a bearer token from the instance's own issuer."""

import contextlib
import sys
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from fettle.home import home
from fettle.issuer import Issuer, NotInProduction
from shared.ids import MAX_SUBJECT_LENGTH, is_subject


class RoleName(StrEnum):
    RESIDENT = "resident"
    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    MANAGER = "manager"
    ADMIN = "admin"
    INTEGRATION = "integration"


def _subject(value: str) -> str:
    """Return it, where the services take it for a token's `sub`; raise BadParameter."""
    if not is_subject(value):
        raise typer.BadParameter(
            f"it has to be 1 to {MAX_SUBJECT_LENGTH} printable characters, and not blank"
        )
    return value


def _only(value: str | None) -> str | None:
    """Return it where it names a ticket; raise BadParameter."""
    if value is None:
        return None
    what, _, id = value.partition(":")
    with contextlib.suppress(ValueError):
        if what == "ticket":
            return f"ticket:{UUID(id)}"
    raise typer.BadParameter("it has to be ticket:ID, with the ticket's id")


def token(
    role: Annotated[RoleName, typer.Option(help="What the bearer is.")],
    subject: Annotated[
        str,
        typer.Option(
            help="The person's id; for a technician, the technician's.", callback=_subject
        ),
    ],
    site: Annotated[str, typer.Option(help="Where; * is every site.")] = "demo",
    unit: Annotated[
        list[str] | None,
        typer.Option(
            help="A flat the resident lives in, BUILDING-[ENTRANCE-]UNIT; may be repeated."
        ),
    ] = None,
    hours: Annotated[
        float, typer.Option(min=0.01, max=87_600, help="How long it is good for.")
    ] = 24,
    only: Annotated[
        str | None,
        typer.Option(
            help="All that there is for its bearer: ticket:ID.", callback=_only, metavar="ticket:ID"
        ),
    ] = None,
) -> None:
    """Print a bearer token, bare, as the last line."""
    try:
        issuer = Issuer.at(home())
    except (NotInProduction, OSError) as error:
        typer.echo(f"no token: {error}", err=True)
        sys.exit(1)
    if issuer.novelty:
        typer.echo(issuer.novelty, err=True)
    typer.echo(
        issuer.token(subject, [(role.value, site)], units=unit or (), hours=hours, only=only)
    )
