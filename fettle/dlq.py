"""`fettle dlq`: facts that a service could not handle; look at them, try them
again, or drop them.
"""

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from fettle.asking import ask
from fettle.home import SERVICES

dlq = typer.Typer(
    no_args_is_help=True, help="Facts that could not be handled: list, show, retry, drop."
)
console = Console()

Service = Annotated[str, typer.Argument(help="tickets, dispatch, sla or notify.")]
ParkedId = Annotated[str, typer.Argument(help="From `fettle dlq list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@dlq.command("list")
def list_parked(as_json: AsJson = False) -> None:
    """What is parked in each service, newest first, with the reason."""
    parked = {service: ask("GET", service, "/v1/parked?limit=200")["items"] for service in SERVICES}
    if as_json:
        console.print_json(data=parked)
        return
    table = Table("service", "id", "type", "of", "attempts", "reason", "parked at", box=None)
    for service, facts in parked.items():
        for fact in facts:
            table.add_row(
                service,
                fact["id"],
                fact["type"],
                fact["subject_id"],
                str(fact["attempts"]),
                fact["reason"],
                fact["parked_at"],
            )
    console.print(table if table.row_count else "nothing is parked")


@dlq.command()
def show(service: Service, parked_id: ParkedId) -> None:
    """One of them with its headers, body and stack."""
    console.print_json(data=ask("GET", service, _path(parked_id)))


@dlq.command()
def retry(service: Service, parked_id: ParkedId) -> None:
    """Handle it again; if that fails it stays parked, and the reason is said."""
    ask("POST", service, f"{_path(parked_id)}/retry")
    console.print(f"{service} has handled {parked_id}")


@dlq.command()
def drop(service: Service, parked_id: ParkedId) -> None:
    """Give it up for good."""
    ask("DELETE", service, _path(parked_id))
    console.print(f"{service} has dropped {parked_id}")


def _path(parked_id: str) -> str:
    return f"/v1/parked/{quote(parked_id, safe='')}"
