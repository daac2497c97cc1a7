"""`fettle migrate`: the services' schemas, brought up to date where their databases are named in
the environment.
"""

import os
import sys
from typing import Annotated

import typer

from fettle.home import SERVICES
from fettle.schemas import CannotMigrate, bring_up_to_date


def migrate(
    services: Annotated[
        list[str] | None,
        typer.Argument(help="Which services; all of those with a database by default."),
    ] = None,
) -> None:
    """Bring the databases in FETTLE_<NAME>_DATABASE_URL to the newest schema (`fettle up` does so
    by itself).
    """
    unknown = sorted(set(services or ()) - set(SERVICES))
    if unknown:
        _fail(f"there is no service {', '.join(unknown)}; there are {', '.join(SERVICES)}")
    urls = {
        name: os.environ.get(f"FETTLE_{name.upper()}_DATABASE_URL", "")
        for name in services or SERVICES
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


def _fail(message: str) -> None:
    typer.echo(message, err=True)
    sys.exit(2)
