"""Whoever a person is to their issuer, every route takes them by that name."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from shared.http.fields import Subject
from tests.architecture.test_every_route import Door, _parameters, _scalars, _takes, doors
from tests.support.component import MakeComponent
from tests.support.subjects import BAD, NASTY

_WHERE_PEOPLE_ARE_NAMED = {
    "tickets": {"reporter_id", "reporter", "person_id"},
    "dispatch": {"technician_id"},
    "notify": {"recipient_id", "owner"},
}


def _named(door: Door) -> Iterator[tuple[str, Any]]:
    """Every value of its requests that names a person, with its type."""
    people = frozenset().union(*_WHERE_PEOPLE_ARE_NAMED.values())
    for name, type_ in _parameters(door.route.dependant):
        for place, scalar in _scalars(type_, name):
            if place.rpartition("/")[2] in people:
                yield place, scalar


@pytest.mark.parametrize("service", _WHERE_PEOPLE_ARE_NAMED)
async def test_every_value_that_names_a_person_takes_what_issuers_call_them(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    named = [(door, place, type_) for door in doors(made) for place, type_ in _named(door)]

    wrong = {
        f"{door.method} {door.path} {place}: {subject!r}"
        for door, place, type_ in named
        for subject in (*NASTY, *BAD)
        if _takes(type_, subject) is (subject in BAD)
    }

    assert sorted(wrong) == []
    found = {place.rpartition("/")[2] for _, place, _ in named}
    assert found >= _WHERE_PEOPLE_ARE_NAMED[service]


@pytest.mark.parametrize("service", ["tickets", "dispatch", "notify"])
async def test_every_path_with_a_person_in_it_leads_to_its_route(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    for door in doors(made):
        name = next((place for place, _ in _named(door) if f"{{{place}}}" in door.path), None)
        if name is None:
            continue
        before, _, after = door.path.partition(f"{{{name}}}")
        role = sorted(door.roles or ())[0]
        async with made.http(role=role, id="somebody", site="*") as client:
            for subject in (*NASTY, *BAD[1:]):
                # dots are written out: clients take `..` for the folder above
                part = quote(subject, safe="").replace(".", "%2E")

                answer = await client.request(
                    door.method,
                    before.replace("{site_id}", "demo") + part + after,
                    json={} if door.method in ("POST", "PUT", "PATCH") else None,
                )

                said = f"{door.method} {door.path} {subject!r}: {answer.status_code} {answer.text}"
                faults = answer.json().get("errors", ()) if answer.content else ()
                refused = any(fault.get("parameter") == name for fault in faults)
                assert refused is (subject in BAD), said
                assert answer.status_code < 500, said
                assert answer.status_code != 405, said
                assert '"no_such_route"' not in answer.text, said


def test_a_person_has_one_type() -> None:
    assert all(_takes(Subject, subject) for subject in NASTY)
    assert not any(_takes(Subject, subject) for subject in BAD)
