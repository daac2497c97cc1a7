"""`fettle technician`: a client that a newcomer can run, beside a running instance or against any
other.
"""

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer
from rich.console import Console

from fettle.asking import url_of
from fettle.home import home
from fettle.issuer import Issuer, NotInProduction
from fettle.technician.skills import usual_skills
from fettle.technician.webhook_server import WebhookServer, serve_webhooks
from fettle.technician.worker import Habits, Worker

_ALL_DAY = [{"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)]
_COLOURS = {
    "job.offered": "cyan",
    "accepted": "green",
    "complete": "bold green",
    "refused": "red",
    "job.cancelled": "yellow",
}

console = Console(highlight=False)


class Refused(Exception):
    """A service would not have us; says why."""


@dataclass(frozen=True, kw_only=True)
class _Self:
    """Who works where, as the command line said."""

    id: str
    name: str
    sites: list[str]
    skills: list[dict[str, Any]]
    capacity: int


def technician(
    id: Annotated[str, typer.Option(help="The technician's id.")] = "wang",
    name: Annotated[str, typer.Option(help="What residents read.")] = "王强",
    site: Annotated[
        list[str] | None, typer.Option(help="Where they work; may be repeated. Default: demo.")
    ] = None,
    skill: Annotated[
        list[str] | None, typer.Option(help="CODE or CODE:LEVEL; may be repeated.")
    ] = None,
    capacity: Annotated[
        int, typer.Option(min=1, max=50, help="How many jobs they hold at once.")
    ] = 3,
    accept: Annotated[
        bool, typer.Option("--accept", help="Answer offers; without it they are only shown.")
    ] = False,
    decline_rate: Annotated[
        float, typer.Option(min=0, max=1, help="The share of offers that is declined.")
    ] = 0,
    reply: Annotated[
        bool,
        typer.Option(
            "--reply", help="Answer in the webhook's own reply, not at the offer's address."
        ),
    ] = False,
    work: Annotated[
        bool, typer.Option("--work", help="Do what was accepted: travel, arrive, start, complete.")
    ] = False,
    travel_s: Annotated[float, typer.Option(min=0, help="Seconds on the way.")] = 5,
    work_s: Annotated[float, typer.Option(min=0, help="Seconds at work.")] = 10,
    listen: Annotated[
        int, typer.Option(min=0, max=65535, help="The port for webhooks; 0 takes a free one.")
    ] = 0,
    host: Annotated[
        str, typer.Option(help="The address for webhooks, as notify reaches it.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(
            envvar="FETTLE_TOKEN",
            help="May register both; default: from this instance's own issuer.",
        ),
    ] = None,
) -> None:
    """Be a technician: register, receive signed webhooks, and with --accept answer offers.

    Ctrl-C ends it, and lets them go.
    """
    habits = Habits(
        accepts=accept,
        declines=decline_rate,
        at_the_door=reply,
        works=work,
        travel_s=travel_s,
        work_s=work_s,
    )
    me = _Self(
        id=id,
        name=name,
        sites=site or ["demo"],
        skills=[_skill(each) for each in skill] if skill else usual_skills(),
        capacity=capacity,
    )
    try:
        asyncio.run(_be(me, habits, token=token or _own_token(me), host=host, port=listen))
    except (Refused, NotInProduction, OSError) as error:
        console.print(f"cannot be {id}: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)


async def _be(me: _Self, habits: Habits, *, token: str, host: str, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    urls = {name: url_of(name) for name in ("dispatch", "notify")}
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        worker = Worker(
            habits=habits,
            client=client,
            jobs_url=urls["dispatch"],
            tell=_tell,
            chance=random.Random(),  # noqa: S311
        )
        auth = {"Authorization": f"Bearer {token}"}
        async with (
            serve_webhooks(worker.receive, host=host, port=port) as server,
            _on_duty(me, client, urls["dispatch"], auth),
        ):
            endpoint = await _register(me, client, urls, server, auth)
            _tell(
                "ready",
                me.id,
                f"listens at {server.url(me.id)}"
                + ("" if habits.accepts else "; offers are only shown"),
            )
            try:
                await stopped.wait()
            finally:
                await worker.close()
                await client.delete(f"{urls['notify']}/v1/endpoints/{endpoint}", headers=auth)


@asynccontextmanager
async def _on_duty(
    me: _Self, client: httpx.AsyncClient, dispatch: str, auth: dict[str, str]
) -> AsyncIterator[None]:
    """A technician whom dispatch knows stays as they are. One made for this run is let go at its
    end: what they hold is offered to others, and no offer waits for a client that is not there.
    """
    url = f"{dispatch}/v1/technicians/{quote(me.id, safe='')}"
    if (await _answer(client, "GET", url, auth)).is_success:
        _tell(
            "known",
            me.id,
            "works there already, and stays as they are: --name, --site, --skill and --capacity "
            "are for a new technician",
        )
        yield
        return
    body = {
        "name": me.name,
        "sites": me.sites,
        "skills": me.skills,
        "capacity": me.capacity,
        "shifts": _ALL_DAY,
    }
    await _call(client, "PUT", url, auth, body)
    _tell("hired", me.id, f"{me.name}, at {', '.join(me.sites)}, until this ends")
    try:
        yield
    finally:
        await _call(client, "DELETE", url, auth)


async def _register(
    me: _Self,
    client: httpx.AsyncClient,
    urls: dict[str, str],
    server: WebhookServer,
    auth: dict[str, str],
) -> str:
    """Their endpoint at notify; one of an earlier run that was killed goes. Returns its id."""
    endpoints = f"{urls['notify']}/v1/endpoints"
    path = httpx.URL(server.url(me.id)).path
    for old in (await _call(client, "GET", f"{endpoints}?owner={me.id}", auth))["items"]:
        if httpx.URL(old["url"]).path == path:
            await _call(client, "DELETE", f"{endpoints}/{old['id']}", auth)
    made = await _call(client, "POST", endpoints, auth, {"owner": me.id, "url": server.url(me.id)})
    server.add_secrets({me.id: made["secret"]})
    return str(made["id"])


async def _call(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    auth: dict[str, str],
    body: dict[str, Any] | None = None,
) -> Any:
    """Raises Refused, with what the service says is wrong."""
    answer = await _answer(client, method, url, auth, body)
    if answer.is_error:
        problem = answer.headers.get("content-type") == "application/problem+json"
        raise Refused(
            f"{answer.json()['detail'] if problem else answer.text[:300]} ({method} {url}: "
            f"{answer.status_code})"
        )
    return answer.json() if answer.content else None


async def _answer(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    auth: dict[str, str],
    body: dict[str, Any] | None = None,
) -> httpx.Response:
    """Raises Refused when there is none."""
    try:
        return await client.request(method, url, headers=auth, json=body)
    except httpx.TransportError as error:
        raise Refused(
            f"{url} does not answer ({error or type(error).__name__}); is `make up` running?"
        ) from error


def _own_token(me: _Self) -> str:
    issuer = Issuer.at(home())
    if issuer.novelty:
        console.print(issuer.novelty, style="yellow", markup=False, soft_wrap=True)
    return issuer.token("fettle-technician", [("admin", site) for site in me.sites])


def _skill(text: str) -> dict[str, Any]:
    code, _, level = text.partition(":")
    if level and level not in "12345":
        raise typer.BadParameter(f"{text}: the level has to be a number from 1 to 5")
    return {"code": code, "level": int(level or 1)}


def _tell(what: str, reference: str, words: str) -> None:
    console.print(
        f"{time.strftime('%H:%M:%S')} [{_COLOURS.get(what, 'white')}]{what:<16}[/] "
        f"{reference:<14} ",
        end="",
    )
    console.print(" ".join(words.split()), markup=False, soft_wrap=True)
