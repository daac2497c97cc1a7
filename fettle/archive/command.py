"""`fettle archive`: tickets that have ended, with all that hangs on them, as lines of JSON that
need no service to be read.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from fettle.archive.arguments import Folder, Reference, day, days_ago, some_folder
from fettle.archive.folder import (
    Archive,
    ArchiveUnusable,
    archive_as_indexed,
    archive_to_read,
    archive_to_write,
    demand_archive,
)
from fettle.archive.lines import BadLine
from fettle.archive.reading import CannotRead, reach_of, services_at
from fettle.archive.run import Counts, Run
from fettle.archive.show import moment, plain, show
from fettle.archive.verify import MAX_FAULTS, verify
from fettle.asking import AdminToken, url_of
from fettle.home import SERVICES, home
from fettle.issuer import NotInProduction

archive = typer.Typer(
    invoke_without_command=True,
    help="Write tickets that have ended into a folder; find them there.",
)
console = Console(highlight=False)


@archive.callback()
def archive_tickets(
    context: typer.Context,
    into: Annotated[
        Path | None,
        typer.Option(
            envvar="FETTLE_ARCHIVE",
            metavar="PATH",
            parser=some_folder,
            help="The folder; `archive` in FETTLE_HOME by default.",
            show_default=False,
        ),
    ] = None,
    before: Annotated[
        date | None,
        typer.Option(
            metavar="DATE",
            parser=day,
            help="Only tickets that have not changed since that day, 0:00 UTC.",
        ),
    ] = None,
    older_than: Annotated[
        date | None,
        typer.Option(metavar="DAYS", parser=days_ago, help="The same, so many days before today."),
    ] = None,
) -> None:
    """Write every ticket that is closed or cancelled, and not archived as it is, into a folder.

    Run it again after anything that stopped it: it goes on from there.
    """
    if context.invoked_subcommand is not None:
        if any(
            (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"
            for name in ("into", "before", "older_than")
        ):
            raise typer.BadParameter(
                "--into, --before and --older-than are for archiving; "
                f"{context.invoked_subcommand} has --in"
            )
        return
    if before is not None and older_than is not None:
        raise typer.BadParameter("--before and --older-than say the same; give one of them")
    last_day = before or older_than
    until = None if last_day is None else datetime.combine(last_day, time(), UTC)
    with _told(), archive_to_write(_folder(into)) as opened, _progress() as tell:
        counts = asyncio.run(_archive(opened, until, tell))
        tickets, unsettled = opened.index.counts()
    typer.echo(
        f"{opened.folder}: {_summary(counts)}; {_count(tickets, 'ticket')} in "
        f"all{_unsettled(unsettled)}"
    )


@archive.command()
def find(
    reference: Reference,
    folder: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show an archived ticket: what, where, who and when. No service is asked."""
    with _told(), archive_to_read(_folder(folder)) as opened:
        places = opened.index.find(reference)
        if not places:
            held = _count(opened.index.counts()[0], "ticket")
            _fail(
                f"{reference} is not in {opened.folder}, which has {held}. "
                "One that goes on, or has ended since the last run, is only in the service"
            )
        for place in places:
            archived = json.loads(opened.read(place))
            if "erased_at" in archived:
                _fail(
                    f"{reference} was archived, and erased on {moment(archived['erased_at'])} UTC"
                )
            if as_json:
                typer.echo(
                    json.dumps(
                        archived,
                        indent=2,
                        ensure_ascii=not sys.stdout.encoding.lower().startswith("utf"),
                    )
                )
            else:
                show(archived, console)


@archive.command("verify")
def verify_archive(folder: Folder = None) -> None:
    """Read every line: is it whole, and is everything still there?

    Prints each file's sha256 to compare, and ends with 1 on a fault.
    """
    faults = lines = tickets = 0
    with _told(), archive_as_indexed(_folder(folder)) as opened:
        if opened.paths() and not opened.index.files():
            typer.echo(
                "the index is missing, so it cannot be told whether lines have gone; each line is "
                "read all the same",
                err=True,
            )
        for found in verify(opened):
            erased = f", {found.erased} of them erased" if found.erased else ""
            held = (
                f"{_count(found.size, 'byte')}, {_count(found.lines, 'line')}, "
                f"{_count(found.tickets, 'ticket')}{erased}"
            )
            typer.echo(f"{found.sha256 or '-' * 64}  {found.name}  {held}")
            for fault in found.named:
                typer.echo(plain(fault), err=True)
            if found.faults > MAX_FAULTS:
                typer.echo(f"{found.name}: and {found.faults - MAX_FAULTS} more", err=True)
            faults, lines, tickets = (
                faults + found.faults,
                lines + found.lines,
                tickets + found.tickets,
            )
    typer.echo(
        f"{_count(tickets, 'ticket')} in {_count(lines, 'line')}, "
        f"{_count(faults, 'fault') if faults else 'every one whole'}"
    )
    if faults:
        sys.exit(1)


@archive.command()
def erase(
    reference: Reference,
    folder: Folder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take all that is archived of a ticket out of every file, for good.

    What remains is its reference, and when it was erased.
    """
    with _told():
        demand_archive(_folder(folder))
    with _told(), archive_to_write(_folder(folder)) as opened:
        if not opened.holds(reference):
            _fail(f"{reference} is not in {opened.folder}")
        if not yes:
            typer.confirm(f"Erase {reference} from {opened.folder}?", abort=True)
        lines = opened.erase(reference, at=datetime.now(UTC))
    typer.echo(f"{reference}: {_count(lines, 'line')} erased")


async def _archive(
    opened: Archive, until: datetime | None, tell: Callable[[Counts], None]
) -> Counts:
    token = AdminToken()
    async with services_at({name: url_of(name) for name in SERVICES}, token) as services:
        run = Run(
            services,
            opened,
            reach=reach_of(token()),
            changed_before=until,
            now=lambda: datetime.now(UTC),
            tell=tell,
        )
        await run.to_its_end()
        return run.counts


@contextmanager
def _progress() -> Iterator[Callable[[Counts], None]]:
    """Show what is done on a terminal; nothing in a log."""
    errors = Console(stderr=True)
    columns = (
        TextColumn("archiving"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=errors, transient=True, disable=not errors.is_terminal
    ) as progress:
        task = progress.add_task("", total=None)
        yield lambda counts: progress.update(task, description=_summary(counts))


@contextmanager
def _told() -> Iterator[None]:
    """Say in words what is in the way, and end with 1; with 130 after Ctrl-C."""
    try:
        yield
    except (ArchiveUnusable, NotInProduction) as error:
        remedy = "set FETTLE_TOKEN to a token of an admin of every site: "
        _fail(f"{remedy if isinstance(error, NotInProduction) else ''}{error}")
    except BrokenPipeError:  # what was said is no longer listened to, as by `head`
        raise
    except OSError as error:
        _fail(f"{error.filename or 'the archive'}: {error.strerror or error}")
    except CannotRead as error:
        _fail(f"{error}. What was archived is kept; run this again, and it goes on")
    except (BadLine, sqlite3.Error) as error:
        _fail(
            f"the archive cannot be read: {error}. `fettle archive verify` says more; an "
            "index.sqlite that is removed is made again"
        )
    except KeyboardInterrupt:
        typer.echo("stopped; run this again, and it goes on", err=True)
        sys.exit(130)


def _folder(given: Path | None) -> Path:
    return (given or home() / "archive").absolute()


def _summary(counts: Counts) -> str:
    gone = f", {counts.gone} gone meanwhile" if counts.gone else ""
    return f"{counts.new} new, {counts.again} changed, of {counts.seen} seen{gone}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _unsettled(count: int) -> str:
    return (
        f", {count} of them to be looked at again, since something of them may be under way"
        if count
        else ""
    )


def _fail(words: str) -> NoReturn:
    typer.echo(plain(words), err=True)
    sys.exit(1)
