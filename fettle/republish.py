"""`fettle republish`: what outlives the streams, published again."""

import typer

from fettle.asking import ask

_OWNERS = (
    ("tickets", "/v1/sites:republish"),
    ("tickets", "/v1/people:republish"),
    ("dispatch", "/v1/technicians:republish"),
)


def republish() -> None:
    """Have sites, people and technicians published again, for services that may have missed
    them.
    """
    for owner, path in _OWNERS:
        typer.echo(f"{owner}: {ask('POST', owner, path)['republished']} published again")
