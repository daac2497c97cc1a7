"""`fettle republish`: what outlives the streams, published again."""

import typer

from fettle.asking import ask

_REPUBLISHED = (
    ("tickets", "sites"),
    ("tickets", "people"),
    ("dispatch", "technicians"),
)
"""The owner, and what it is called in the path."""


def republish() -> None:
    """Have sites with their buildings, people and technicians published again, for services that
    may have missed them.
    """
    for owner, what in _REPUBLISHED:
        count = ask("POST", owner, f"/v1/{what}:republish")["republished"]
        typer.echo(f"{owner}: {count} {what} published again")
