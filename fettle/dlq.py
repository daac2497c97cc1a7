"""`fettle dlq`: facts that a service could not handle; look at them, try them again, or drop them."""

import os
import sys
from typing import Annotated, Any, NoReturn

import httpx
import typer
from rich.console import Console
from rich.table import Table

from fettle.home import PORTS, SERVICES, home
from fettle.issuer import Issuer, NotInProduction
from fettle.up.state import running

dlq = typer.Typer(no_args_is_help=True, help="Facts that could not be handled: list, show, retry, drop.")
console = Console()

Service = Annotated[str, typer.Argument(help="tickets, dispatch, sla or notify.")]
ParkedId = Annotated[str, typer.Argument(help="From `fettle dlq list`.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


@dlq.command("list")
def list_parked(as_json: AsJson = False) -> None:
    """What is parked in each service, newest first, with the reason."""
    parked = {service: _ask("GET", service, "?limit=200")["items"] for service in SERVICES}
    if as_json:
        console.print_json(data=parked)
        return
    table = Table("service", "id", "type", "of", "attempts", "reason", "parked at", box=None)
    for service, facts in parked.items():
        for fact in facts:
            table.add_row(service, fact["id"], fact["type"], fact["subject_id"], str(fact["attempts"]), fact["reason"], fact["parked_at"])
    console.print(table if table.row_count else "nothing is parked")


@dlq.command()
def show(service: Service, parked_id: ParkedId) -> None:
    """One of them with its headers, body and stack."""
    console.print_json(data=_ask("GET", service, f"/{parked_id}"))


@dlq.command()
def retry(service: Service, parked_id: ParkedId) -> None:
    """Handle it again; if that fails it stays parked, and the reason is said."""
    _ask("POST", service, f"/{parked_id}/retry")
    console.print(f"{service} has handled {parked_id}")


@dlq.command()
def drop(service: Service, parked_id: ParkedId) -> None:
    """Give it up for good."""
    _ask("DELETE", service, f"/{parked_id}")
    console.print(f"{service} has dropped {parked_id}")


def _ask(method: str, service: str, path: str) -> Any:
    if service not in SERVICES:
        _fail(f"there is no service {service!r}; there are {', '.join(SERVICES)}")
    state = running(home())
    url = (
        state.urls[service] if state is not None else os.environ.get(f"FETTLE_{service.upper()}_URL", f"http://127.0.0.1:{PORTS[service]}")
    )
    try:
        token = os.environ.get("FETTLE_TOKEN") or Issuer.at(home()).token("fettle-dlq", [("admin", "*")], hours=0.1)
        answer = httpx.request(method, f"{url}/v1/parked{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)
    except NotInProduction as error:
        _fail(f"set FETTLE_TOKEN to an admin's token: {error}")
    except httpx.TransportError as error:
        _fail(f"{service} at {url} does not answer ({error}): start it, or set FETTLE_{service.upper()}_URL")
    if answer.is_error:
        _fail(f"{service}: {answer.json().get('detail', answer.text)}")
    return answer.json() if answer.content else None


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)
