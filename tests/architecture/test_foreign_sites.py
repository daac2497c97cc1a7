"""Sites are walls: every route, asked by every role of another site about what is at this one, in
the path, in the query and in the body, as OpenAPI says it: alone, and among what is their own. And
by residents and technicians of this one about what is another's.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from shared.auth.caller import Role
from shared.contracts import PersonV1
from shared.ids import new_id
from tests.architecture.test_every_route import CHANGING, OPEN, Door, doors
from tests.component.dispatch.world import a_ticket, order_of, put_technician, rest
from tests.component.tickets.arranging import DEMO
from tests.support.component import Component, MakeComponent
from tests.support.images import PDF
from tests.unit.notify.stories import Story, a_technician
from tests.unit.sla.tickets import a_site
from tests.unit.sla.tickets import a_ticket as a_timed_ticket

Things = Mapping[str, str]
"""Name of a parameter or field → the id of a thing that is at one site alone."""
_URL = "http://127.0.0.1:1/"
_SENSIBLE = {"always_open": True, "end": "2030-01-01T09:00:00Z"}
"""What OpenAPI does not say of fields that have to go together."""
_OPEN_TO_ALL = {
    ("DELETE", "/v1/tickets/{ticket_id}/follow"),  # who sees it no more may still stop
}
_OWN_PEOPLE = ("PUT", "/v1/sites/{site_id}/people/{person_id}")
"""Each site writes its own record of a person, whoever else knows them."""


async def _tickets(made: Component, site: str, who: str) -> Things:
    async with made.http(role="manager", id="manager", site=site) as client:
        await client.put(f"/v1/sites/{site}", json={**DEMO, "code": site.upper()})
        await client.put(f"/v1/sites/{site}/people/{who}", json={})
        body = {"site_id": site, "category": "plumbing"}
        ticket = (await client.post("/v1/tickets", json=body)).json()["id"]
        place = (await client.get(f"/v1/sites/{site}/places")).json()["items"][0]["code"]
        sent = await client.post(f"/v1/tickets/{ticket}/attachments", files={"file": PDF})
        attachment = sent.json()["id"]
    return {
        "attachment_id": attachment,
        "attachments": attachment,
        "ticket_id": ticket,
        "duplicate_of": ticket,
        "site_id": site,
        "person_id": who,
        "reporter": who,
        "place_code": place,
        "site": site,
    }


async def _dispatch(made: Component, site: str, who: str) -> Things:
    await put_technician(made, who, at=site, sites=[site])
    ticket = a_ticket(site_id=site)
    await made.hears(ticket)
    await rest(made)
    job = (await order_of(made, ticket)).jobs[0]
    return {
        "job_id": str(job.id),
        "offer_id": str(job.offers[0].id),
        "ticket_id": str(ticket.id),
        "technician_id": who,
        "site_id": site,
        "sites": site,
        "site": site,
    }


async def _sla(made: Component, site: str, who: str) -> Things:
    ticket = a_timed_ticket(site_id=site)
    await made.hears(a_site(id=site), ticket)
    async with made.http(role="manager", id="manager", site=site) as client:
        await client.put(f"/v1/policies/{who}", json={"site_id": site})
        calendar = {"site_id": site, "time_zone": "Asia/Shanghai", "always_open": True}
        await client.put(f"/v1/calendars/{who}", json=calendar)
    return {
        "ticket_id": str(ticket.id),
        "policy_id": who,
        "calendar_id": who,
        "site_id": site,
        "calendar": who,
        "site": site,
    }


async def _notify(made: Component, site: str, who: str) -> Things:
    story = Story(made.clock.now(), site=site, reporter=who)
    record = PersonV1(id=f"{site}/{who}", version=1, site_id=site, person_id=who)
    technician = a_technician(who).model_copy(update={"site_id": site, "sites": (site,)})
    await made.hears(technician, record, story.ticket(), story.clocks())
    async with made.http(role="technician", id=who, site=site) as client:
        endpoint = (await client.post("/v1/endpoints", json={"url": _URL})).json()["id"]
        message = (await client.get("/v1/inbox")).json()["items"][0]["id"]
    return {
        "recipient_id": who,
        "endpoint_id": endpoint,
        "message_id": message,
        "owner": who,
        "site": site,
        "sites": site,
        "ticket_id": str(story.ticket_id),
    }


_ARRANGED = {"tickets": _tickets, "dispatch": _dispatch, "sla": _sla, "notify": _notify}


def _parts(schema: Mapping[str, Any]) -> list[Any]:
    return [each for kind in ("anyOf", "allOf", "oneOf") for each in schema.get(kind, ())]


def _names(schema: Any, known: Mapping[str, Any], things: Things) -> set[str]:
    """Return the names of things that a value of the schema can hold."""
    if not isinstance(schema, Mapping):
        return set()
    if "$ref" in schema:
        return _names(known[schema["$ref"].rsplit("/", 1)[1]], known, things)
    fields = schema.get("properties", {})
    inner = (*_parts(schema), schema.get("items"), schema.get("additionalProperties"))
    found = {name for name in fields if name in things}
    return found.union(*(_names(each, known, things) for each in (*inner, *fields.values())))


def _body(schema: Mapping[str, Any], known: Mapping[str, Any], things: Things, name: str) -> Any:
    """Return a value that the schema takes, with every field that can name a thing."""
    if "$ref" in schema:
        return _body(known[schema["$ref"].rsplit("/", 1)[1]], known, things, name)
    is_named = name in things or name in _SENSIBLE
    if schema.get("examples") and not is_named and not _names(schema, known, things):
        return schema["examples"][0]
    for part in _parts(schema):
        return _body(part, known, things, name)
    match schema.get("type"):
        case "object":
            return _object(schema, known, things)
        case "array":
            wanted = name in things or _names(schema, known, things)
            item = _body(schema["items"], known, things, name)
            return [item] * max(schema.get("minItems", 0), 1 if wanted else 0)
    if is_named:
        return things.get(name, _SENSIBLE.get(name))
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return True
        case _ if schema.get("format") == "date-time":
            return "2030-01-01T08:00:00Z"
        case _ if schema.get("format") == "uri" or name == "url":
            return _URL
    return "words"


def _object(schema: Mapping[str, Any], known: Mapping[str, Any], things: Things) -> Any:
    fields, others = schema.get("properties", {}), schema.get("additionalProperties")
    wanted = {*schema.get("required", ()), *things, *_SENSIBLE}
    body = {
        field: _body(of_field, known, things, field)
        for field, of_field in sorted(fields.items())
        if field in wanted or _names(of_field, known, things)
    }
    if isinstance(others, Mapping) and _names(others, known, things):
        body[_body(schema["propertyNames"], known, {}, "")] = _body(others, known, things, "")
    return body


def _moment(name: str, schema: Mapping[str, Any]) -> str:
    """Return the begin of a span of time, or its end, as the schema says it."""
    day = {"from": "2030-01-01", "to": "2030-01-02"}[name]
    return day if "pattern" in schema else f"{day}T00:00:00Z"


@dataclass(frozen=True)
class _Asked:
    url: str
    body: Any
    foreign: frozenset[str]
    """The names of what is others' in it."""


def _asked(
    door: Door, api: Mapping[str, Any], theirs: Things, ours: Things, shared: Collection[str]
) -> Iterator[_Asked]:
    """Yield what to ask the route for: all of it others', but for what is `shared`, then each thing
    alone among what is the caller's own, in parameters that may be left out too.
    """
    operation, known = api["paths"][door.path][door.method.lower()], api["components"]["schemas"]
    query = {
        each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"
    }
    needed = {name for name, each in query.items() if each.get("required")}
    takes = operation.get("requestBody", {"content": {}})["content"]
    schema = takes.get("application/json", {}).get("schema")
    named = {name for name in theirs if f"{{{name}}}" in door.path or name in needed}
    named = (named | _names(schema, known, theirs)) - {*shared}

    def asked(things: Things, foreign: set[str], parameters: set[str]) -> _Asked:
        url = door.path
        for name, id in things.items():
            url = url.replace(f"{{{name}}}", id)
        assert "{" not in url, f"{door.path}: arrange a thing for each of its parameters"
        values = [
            f"{name}={things[name] if name in things else _moment(name, query[name]['schema'])}"
            for name in sorted(parameters)
        ]
        body = {"any": "file"} if takes else None
        if schema is not None:
            body = _body(schema, known, things, "")
        return _Asked("?".join(filter(None, (url, "&".join(values)))), body, frozenset(foreign))

    yield asked(theirs, named, needed)
    for name in sorted((named | (query.keys() & theirs.keys())) - {*shared}):
        if named != {name}:
            yield asked({**ours, name: theirs[name]}, {name}, needed | (query.keys() & {name}))


def _tells_nothing(answer: httpx.Response) -> bool:
    """Return whether it is a success without anything in it."""
    if not answer.is_success or not answer.content:
        return False
    said: Mapping[str, Any] = answer.json()
    return said.get("items") == [] or said == {"replayed": 0}


@dataclass(frozen=True, kw_only=True)
class _Spy:
    """Who asks: with each of these roles at the site, of whom these things are, or which everyone
    there shares.
    """

    site: str
    roles: Collection[Role]
    ours: Things
    shared: Collection[str] = ()


async def _walk(made: Component, theirs: Things, spy: _Spy) -> int:
    """Ask every route for what is others', and return how many times."""
    api, walked = made.app.openapi(), 0
    for door in doors(made):
        roles = sorted({*(door.roles or ())} & {*spy.roles})
        if door.path in OPEN or (door.method, door.path) in _OPEN_TO_ALL or not roles:
            continue
        for asked in _asked(door, api, theirs, spy.ours, spy.shared):
            if not asked.foreign and "text/event-stream" in str(api["paths"][door.path]):
                continue  # a stream of one's own has no end
            if (door.method, door.path) == _OWN_PEOPLE and asked.foreign == {"person_id"}:
                continue
            hidden = {id for name, id in theirs.items() if name not in spy.shared} - {"demo"}
            hidden -= {theirs[name] for name in asked.foreign}
            read = []
            for role in roles:
                async with made.http(role=role, id="spy", site=spy.site) as client:
                    answer = await client.request(
                        door.method,
                        asked.url,
                        json=asked.body if door.method in CHANGING else None,
                        headers={"If-Match": '"1"'},
                    )
                said = f"{role} {door.method} {asked}: {answer.status_code} {answer.text}"
                assert not any(f'"{id}"' in answer.text for id in hidden), said
                assert answer.headers["cache-control"] == "no-store", said
                assert "ratelimit" in answer.headers, said
                if not asked.foreign:
                    assert answer.is_success or answer.status_code in (403, 404, 422), said
                    continue
                nothing = _tells_nothing(answer)
                assert nothing or answer.status_code in (403, 404, 422), said
                # a body that is not even read would prove nothing
                read.append(nothing or "errors" not in answer.json())
            walked += bool(asked.foreign)
            assert not asked.foreign or any(read), f"{door.method} {asked}: {answer.text}"
    return walked


@pytest.mark.parametrize("service", _ARRANGED)
async def test_what_is_anothers_is_neither_seen_nor_touched(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    none = {"dead_letter_id": str(new_id())}
    theirs = {**await _ARRANGED[service](made, "demo", "wu"), **none}
    ours = {**await _ARRANGED[service](made, "elsewhere", "spy"), **none}

    of_another_site = _Spy(site="elsewhere", roles=tuple(Role), ours=ours)
    neighbour = _Spy(
        site="demo",
        roles=(Role.RESIDENT, Role.TECHNICIAN),
        ours=ours,
        shared=("site", "site_id", "sites", "place_code"),
    )

    assert await _walk(made, theirs, of_another_site) >= 4
    assert await _walk(made, theirs, neighbour) >= 2
