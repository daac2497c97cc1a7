"""What must hold for every route there is, also for those that are added tomorrow."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter, ValidationError

from fettle.home import SERVICES
from shared.auth.caller import Role
from shared.http.requests import guards_of
from shared.http.secret_replies import SecretReply
from shared.ids import new_id
from tests.support.component import Component, MakeComponent

OPEN = frozenset({"/livez", "/readyz", "/metrics", "/v1/unsubscribe/{token}"})
"""Of the last one the link itself is the permission (tests/component/notify/test_unsubscribing.py).
"""
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    route: APIRoute

    @property
    def url(self) -> str:
        """The path with ids that nobody has."""
        return re.sub(r"\{[^}]*\}", lambda _: str(new_id()), self.path)

    @property
    def roles(self) -> frozenset[Role] | None:
        """Who may call it, as declared; None when it declares nothing."""
        # any callable, by its type
        declared = [getattr(guard, "roles") for guard in guards_of(self.route.dependant)]  # noqa: B009
        return frozenset(declared[0]) if declared else None


def doors(component: Component) -> list[Door]:
    found = []
    for context in iter_route_contexts(component.app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            found += [
                Door(method, str(context.path), route) for method in sorted(context.methods or ())
            ]
    assert len(found) > 5
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_declares_who_may_call_it(service: str, component: MakeComponent) -> None:
    made = await component(service)

    undeclared = [
        f"{door.method} {door.path}"
        for door in doors(made)
        if door.path not in OPEN and door.roles is None
    ]

    assert undeclared == []


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_without_a_token_gets_in(service: str, component: MakeComponent) -> None:
    made = await component(service)
    async with made.http(role=None) as client:
        for door in doors(made):
            if door.path in OPEN:
                continue

            answer = await client.request(door.method, door.url)

            assert answer.status_code == 401, f"{door.method} {door.path}: {answer.status_code}"
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_that_is_not_declared_is_refused(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    for role in Role:
        async with made.http(role=role, id="somebody") as client:
            for door in doors(made):
                if door.path in OPEN or role in (door.roles or ()):
                    continue

                answer = await client.request(
                    door.method, door.url, json={} if door.method in CHANGING else None
                )

                assert answer.status_code == 403, (
                    f"{role} {door.method} {door.path}: {answer.status_code} {answer.text}"
                )


@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_says_that_there_are_limits(
    service: str, component: MakeComponent
) -> None:
    document = (await component(service)).app.openapi()
    refusals = document["components"]["responses"]

    silent = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if {"Retry-After", "RateLimit"}
        - set(refusals[operation["responses"]["429"]["$ref"].rpartition("/")[2]]["headers"])
    ]

    assert silent == []


_HOSTILE: dict[str, tuple[bytes, str, int]] = {  # body, content type, the answer
    "a lone surrogate": (b'{"reason": "\\ud800", "x": 1}', "application/json", 422),
    "a NUL": (b'{"reason": "a\\u0000b"}', "application/json", 422),
    "NaN": (b'{"x": NaN}', "application/json", 422),
    "1e999": (b'{"x": 1e999}', "application/json", 422),
    "an integer beyond 64 bits": (b'{"x": 99999999999999999999999}', "application/json", 422),
    "an unknown field": (b'{"surely_not_a_field": 1}', "application/json", 422),
    "a list of lists": (b"[[]]", "application/json", 422),
    "a number": (b"7", "application/json", 422),
    "the same key twice": (b'{"a": 1, "a": 2}', "application/json", 400),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "application/json", 400),
    "bad UTF-8": (b'{"a": "\xff"}', "application/json", 400),
    "half an object": (b'{"a": ', "application/json", 400),
    "a thousand levels": (b"[" * 1000 + b"]" * 1000, "application/json", 400),
    "another type": (b"a=1", "application/x-www-form-urlencoded", 415),
    "too much": (b'{"a": "' + b"x" * 300_000 + b'"}', "application/json", 413),
}


@pytest.mark.parametrize("service", SERVICES)
async def test_no_body_gets_past_the_door_or_breaks_it(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    for door in doors(made):
        if door.method not in ("POST", "PUT", "PATCH") or door.route.body_field is None:
            continue
        role = sorted(door.roles or ())[-1]
        async with made.http(role=role, id="somebody", site="*") as client:
            for name, (body, content_type, expected) in _HOSTILE.items():
                headers = {"Content-Type": content_type, "If-Match": '"1"'}

                answer = await client.request(door.method, door.url, content=body, headers=headers)

                assert answer.status_code == expected, (
                    f"{door.method} {door.path} with {name}: {answer.status_code} {answer.text}"
                )
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"]


_UNSTORABLE = (
    "a\0b",
    "\0",
    "\ud800",
    2**63,
    -(2**63) - 1,
    float("inf"),
    float("-inf"),
    float("nan"),
)


def _scalars(type_: Any, name: str) -> Iterator[tuple[str, Any]]:
    """What a request's values are made of, below objects, lists and unions with such."""
    inner = get_args(type_)[0] if get_origin(type_) is Annotated else type_
    parts = get_args(inner)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        for field, info in inner.model_fields.items():
            yield from _scalars(Annotated[info.annotation, *info.metadata, None], f"{name}/{field}")
    elif get_origin(inner) in (list, tuple, set, frozenset, dict) or any(
        _is_whole(part) for part in parts
    ):
        for part in parts:
            if part is not Ellipsis:
                yield from _scalars(part, name)
    else:
        yield name, type_


def _is_whole(type_: Any) -> bool:
    inner = get_args(type_)[0] if get_origin(type_) is Annotated else type_
    return get_origin(inner) in (list, tuple, set, frozenset, dict) or (
        isinstance(inner, type) and issubclass(inner, BaseModel)
    )


def _takes(type_: Any, value: object) -> bool:
    try:
        TypeAdapter(type_).validate_python(value)
    except ValidationError:
        return False
    return True


def _parameters(dependant: Dependant) -> Iterator[tuple[str, Any]]:
    for parameter in (
        *dependant.path_params,
        *dependant.query_params,
        *dependant.header_params,
        *dependant.body_params,
    ):
        info = parameter.field_info
        yield parameter.name, Annotated[info.annotation, *info.metadata, None]
    for inner in dependant.dependencies:
        yield from _parameters(inner)


@pytest.mark.parametrize("service", SERVICES)
async def test_no_field_and_no_parameter_takes_what_cannot_be_stored(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)

    taken = {
        f"{door.method} {door.path} {place} takes {value!r}"
        for door in doors(made)
        for name, type_ in _parameters(door.route.dependant)
        for place, scalar in _scalars(type_, name)
        for value in _UNSTORABLE
        if _takes(scalar, value)
    }

    assert sorted(taken) == []


def _secrets_in(type_: Any) -> list[str]:
    """The names of secrets in answers of that type, however deep."""
    if not (isinstance(type_, type) and issubclass(type_, BaseModel)):
        return [name for part in get_args(type_) for name in _secrets_in(part)]
    fields = type_.model_fields
    return [
        *(name for name in fields if re.search(r"(^|_)(secret|token|password|api_key)$", name)),
        *(name for each in fields.values() for name in _secrets_in(each.annotation)),
    ]


@pytest.mark.parametrize("service", SERVICES)
async def test_an_answer_with_a_secret_in_it_is_one_that_no_cache_and_no_key_keeps(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)

    models = {
        f"{door.method} {door.path}": door.route.response_model
        for door in doors(made)
        if isinstance(door.route.response_model, type)
        and issubclass(door.route.response_model, BaseModel)
    }

    assert [
        door
        for door, model in models.items()
        if _secrets_in(model) and not issubclass(model, SecretReply)
    ] == []
    assert service not in ("dispatch", "notify") or any(map(_secrets_in, models.values()))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_token_for_one_ticket_opens_nothing_else(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    only = str(new_id())
    async with made.http(role="admin", id="root", site="*", only=f"ticket:{only}") as client:
        for door in doors(made):
            if door.path in OPEN:
                continue
            body: Any = {} if door.method in CHANGING else None
            urls = [door.url]
            if "{attachment_id}" not in door.path:  # the action says of which ticket it is
                others = (f"ticket_id={new_id()}", f"ticket_id={only}")
                urls.append(f"{door.url}?{others[0]}")
                urls += [f"{door.url}?{'&'.join(each)}" for each in (others, others[::-1])]
            if "{ticket_id}" in door.path:
                urls.append(f"{door.url}?ticket_id={only}")
            for url in urls:
                answer = await client.request(door.method, url, json=body)

                assert answer.status_code == 404, f"{door.method} {url}: {answer.status_code}"
