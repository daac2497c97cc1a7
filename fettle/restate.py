"""`fettle restate`: what outlives the streams, said again."""

import typer

from fettle.asking import ask

_OWNERS = {"tickets": "/v1/sites:restate", "dispatch": "/v1/technicians:restate"}


def restate() -> None:
    """Have sites and technicians published again, for services that may have missed them."""
    for owner, path in _OWNERS.items():
        typer.echo(f"{owner}: {ask('POST', owner, path)['restated']} said again")
