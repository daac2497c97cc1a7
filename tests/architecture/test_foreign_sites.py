"""Sites are walls: every route, asked by every role of another site about what is at this one, in
the path and in the body, as OpenAPI says it.
"""

from collections.abc import Mapping
from typing import Any

import pytest

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
"""Name of a parameter or field → the id of a thing that is at the site `demo` alone."""
_URL = "http://127.0.0.1:1/"
_SENSIBLE = {"always_open": True, "end": "2030-01-01T09:00:00Z"}
"""What OpenAPI does not say of fields that have to go together."""
_OPEN_TO_ALL = {
    ("DELETE", "/v1/tickets/{ticket_id}/follow"),  # who sees it no more may still stop
}


async def _tickets(made: Component) -> Things:
    async with made.http(role="manager", id="manager") as client:
        await client.put("/v1/sites/demo", json=DEMO)
        await client.put("/v1/sites/demo/people/wu", json={"roles": ["resident"]})
        body = {"site_id": "demo", "category": "plumbing"}
        ticket = (await client.post("/v1/tickets", json=body)).json()["id"]
        place = (await client.get("/v1/sites/demo/places")).json()["items"][0]["code"]
        sent = await client.post(f"/v1/tickets/{ticket}/attachments", files={"file": PDF})
        attachment = sent.json()["id"]
    return {
        "attachment_id": attachment,
        "ticket_id": ticket,
        "duplicate_of": ticket,
        "site_id": "demo",
        "person_id": "wu",
        "place_code": place,
        "site": "demo",
    }


async def _dispatch(made: Component) -> Things:
    await put_technician(made, "wu")
    ticket = a_ticket()
    await made.hears(ticket)
    await rest(made)
    job = (await order_of(made, ticket)).jobs[0]
    return {
        "job_id": str(job.id),
        "offer_id": str(job.offers[0].id),
        "technician_id": "wu",
        "site_id": "demo",
        "site": "demo",
    }


async def _sla(made: Component) -> Things:
    ticket = a_timed_ticket()
    await made.hears(a_site(), ticket)
    async with made.http(role="manager", id="manager") as client:
        await client.put("/v1/policies/wu", json={"site_id": "demo"})
        calendar = {"site_id": "demo", "time_zone": "Asia/Shanghai", "always_open": True}
        await client.put("/v1/calendars/wu", json=calendar)
    return {
        "ticket_id": str(ticket.id),
        "policy_id": "wu",
        "calendar_id": "wu",
        "site_id": "demo",
        "calendar": "wu",
        "site": "demo",
    }


async def _notify(made: Component) -> Things:
    story = Story(made.clock.now(), reporter="wu")
    record = PersonV1(id="demo/wu", version=1, site_id="demo", person_id="wu")
    await made.hears(a_technician("wu"), record, story.ticket(), story.clocks())
    async with made.http(role="technician", id="wu") as client:
        endpoint = (await client.post("/v1/endpoints", json={"url": _URL})).json()["id"]
        message = (await client.get("/v1/inbox")).json()["items"][0]["id"]
    return {
        "recipient_id": "wu",
        "endpoint_id": endpoint,
        "message_id": message,
        "owner": "wu",
        "site": "demo",
        "ticket_id": str(story.ticket_id),
    }


_ARRANGED = {"tickets": _tickets, "dispatch": _dispatch, "sla": _sla, "notify": _notify}


def _body(schema: Mapping[str, Any], known: Mapping[str, Any], things: Things, name: str) -> Any:
    """Return a value that the schema takes, with every field that can name a foreign thing."""
    if "$ref" in schema:
        return _body(known[schema["$ref"].rsplit("/", 1)[1]], known, things, name)
    if name in things or name in _SENSIBLE:
        return things.get(name, _SENSIBLE.get(name))
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("examples"):
        return schema["examples"][0]
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        return _body(part, known, things, name)
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            fields = schema.get("properties", {})
            wanted = {field for field in fields if field in {*required, *things, *_SENSIBLE}}
            return {field: _body(fields[field], known, things, field) for field in sorted(wanted)}
        case "array":
            return [_body(schema["items"], known, things, name)] * schema.get("minItems", 0)
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return True
        case _ if schema.get("format") == "date-time":
            return "2030-01-01T08:00:00Z"
        case _ if schema.get("format") == "uri" or name == "url":
            return _URL
    return "demo" if name == "site" else "words"


def _moment(name: str, schema: Mapping[str, Any]) -> str:
    """Return the begin of a span of time, or its end, as the schema says it."""
    day = {"from": "2030-01-01", "to": "2030-01-02"}[name]
    return day if schema.get("format") == "date" else f"{day}T00:00:00Z"


def _asked(door: Door, api: Mapping[str, Any], things: Things) -> tuple[str, Any, bool]:
    """Return the address, the body, and whether either names a foreign thing."""
    url, named = door.path, False
    for name, id in things.items():
        named = named or f"{{{name}}}" in url
        url = url.replace(f"{{{name}}}", id)
    assert "{" not in url, f"{door.path}: arrange a thing for each of its parameters"
    operation = api["paths"][door.path][door.method.lower()]
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter.get("required"):
            name = parameter["name"]
            asked = things[name] if name in things else _moment(name, parameter["schema"])
            url += f"{'&' if '?' in url else '?'}{name}={asked}"
            named = named or name in things
    takes = operation.get("requestBody", {"content": {}})["content"]
    if "application/json" not in takes:
        return url, {"any": "file"} if takes else None, named
    schema = takes["application/json"]["schema"]
    body = _body(schema, api["components"]["schemas"], things, "")
    return url, body, named or bool(things.keys() & set(body))


@pytest.mark.parametrize("service", _ARRANGED)
async def test_what_is_at_another_site_is_neither_seen_nor_touched(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    things, api = await _ARRANGED[service](made), made.app.openapi()
    ids = set(things.values()) - {"demo"}
    things = {**things, "dead_letter_id": str(new_id())}
    walked = 0
    for door in doors(made):
        if door.path in OPEN or (door.method, door.path) in _OPEN_TO_ALL:
            continue
        url, body, named = _asked(door, api, things)
        if not named and "text/event-stream" in str(api["paths"][door.path]):
            continue  # a stream of one's own has no end
        read = []
        for role in sorted(door.roles or ()):
            async with made.http(role=role, id="spy", site="elsewhere") as client:
                answer = await client.request(
                    door.method,
                    url,
                    json=body if door.method in CHANGING else None,
                    headers={"If-Match": '"1"'},
                )
            said = f"{role} {door.method} {url} {body}: {answer.status_code} {answer.text}"
            if not named:
                assert answer.is_success or answer.status_code in (403, 404, 422), said
                assert not any(f'"{id}"' in answer.text for id in ids), said
                continue
            empty = answer.status_code == 200 and answer.json().get("items") == []
            assert empty or answer.status_code in (403, 404, 422), said
            # a body that is not even read would prove nothing
            read.append(empty or "errors" not in answer.json())
        walked += named
        assert not named or any(read), f"{door.method} {door.path} {body}: {answer.text}"
    assert walked >= 4
