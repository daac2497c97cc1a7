"""`fettle migrate`: the services' schemas, brought up to date where their databases are named in
the environment, and the streams, declared where the broker is.
"""

import asyncio
import os
import sys
from typing import Annotated

import typer

from fettle.home import PROCESSES
from fettle.schemas import CannotMigrate, bring_up_to_date


def migrate(
    services: Annotated[
        list[str] | None,
        typer.Argument(help="Which services; all of those with a database by default."),
    ] = None,
) -> None:
    """Bring the databases in FETTLE_<NAME>_DATABASE_URL to the newest schema, and declare streams
    where FETTLE_NATS_URL names the broker's operator (`fettle up` does both by itself).
    """
    unknown = sorted(set(services or ()) - set(PROCESSES))
    if unknown:
        _fail(f"there is no service {', '.join(unknown)}; there are {', '.join(PROCESSES)}")
    urls = {
        name: os.environ.get(f"FETTLE_{name.upper()}_DATABASE_URL", "")
        for name in services or PROCESSES
    }
    missing = [f"FETTLE_{name.upper()}_DATABASE_URL" for name, url in urls.items() if not url]
    if missing and (services or len(missing) == len(urls)):
        _fail(
            f"set {', '.join(missing)} to the "
            "database's address, such as postgresql://user:password@host:5432/name"
        )
    for name, url in urls.items():
        if url:
            try:
                revision = bring_up_to_date(name, url)
            except CannotMigrate as error:
                _fail(str(error))
            typer.echo(f"{name}: {f'now at {revision}' if revision else 'up to date'}")
    if "FETTLE_NATS_URL" in os.environ and not services:
        _declare()


def _declare() -> None:
    # what an ordinary migration need not wait for
    from fettle.topology import CannotDeclare, declare_once
    from fettle.topology_settings import TopologySettings, WrongSetting

    try:
        asyncio.run(declare_once(TopologySettings.of(os.environ)))
    except (WrongSetting, CannotDeclare) as error:
        _fail(f"streams and durables cannot be declared: {error}")
    typer.echo("streams and durables: as declared")


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    sys.exit(2)
