"""`fettle dlq`: facts that a service could not handle; look at them, try them
again, or drop them.
"""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console

from fettle.asking import ask
from fettle.home import SERVICES

dlq = typer.Typer(
    no_args_is_help=True, help="Facts that could not be handled: list, show, retry, drop."
)
console = Console()

Service = Annotated[str, typer.Argument(help="tickets, dispatch, sla or notify.")]
DeadLetterId = Annotated[str, typer.Argument(help="From `fettle dlq list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@dlq.command("list")
def list_dead_letters(as_json: AsJson = False) -> None:
    """Show the dead letters of each service, newest first, with the reason."""
    dead_letters = {
        service: ask("GET", service, "/v1/dead-letters?limit=200")["items"] for service in SERVICES
    }
    if as_json:
        console.print_json(data=dead_letters)
        return
    for service, facts in dead_letters.items():
        for fact in facts:
            # lines and no table: a narrow terminal would cut the id, which the next command needs
            console.print(
                f"{service} {fact['id']}  {fact['type'] or '-'} of {fact['subject_id'] or '-'}, "
                f"attempts {fact['attempts']}, since {fact['parked_at']}\n  {fact['reason']}",
                soft_wrap=True,
                markup=False,
                highlight=False,
            )
    if not any(dead_letters.values()):
        console.print("there are no dead letters")


@dlq.command()
def show(service: Service, dead_letter_id: DeadLetterId) -> None:
    """Show one of them with its headers, body and stack."""
    console.print_json(data=ask("GET", service, _path(dead_letter_id)))


@dlq.command()
def retry(service: Service, dead_letter_id: DeadLetterId) -> None:
    """Handle it again; if that fails it stays a dead letter, and the reason is said."""
    ask("POST", service, f"{_path(dead_letter_id)}/retry")
    console.print(f"{service} has handled {dead_letter_id}")


@dlq.command()
def drop(service: Service, dead_letter_id: DeadLetterId) -> None:
    """Give it up for good."""
    ask("DELETE", service, _path(dead_letter_id))
    console.print(f"{service} has dropped {dead_letter_id}")


def _path(dead_letter_id: str) -> str:
    return f"/v1/dead-letters/{quote(dead_letter_id, safe='')}"
