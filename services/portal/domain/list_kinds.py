"""Lists that are taken over: which there are, which services take each, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Taker:
    """A service that takes a list. `path` has `{}` for the site, or the site is asked for as
    `site`.
    """

    service: str
    path: str
    has_site_in_query: bool = False


_CONTACTS = Taker(service="notify", path="/v1/recipients:import", has_site_in_query=True)
TAKERS: Mapping[str, tuple[Taker, ...]] = {
    "places": (Taker(service="tickets", path="/v1/sites/{}/places:import"),),
    "residents": (Taker(service="tickets", path="/v1/sites/{}/people:import"), _CONTACTS),
    "technicians": (Taker(service="dispatch", path="/v1/sites/{}/technicians:import"), _CONTACTS),
    "rota": (Taker(service="dispatch", path="/v1/sites/{}/rota:import"),),
    "tickets": (Taker(service="tickets", path="/v1/sites/{}/tickets:import"),),
}
"""By kind of list, in the order in which they are asked."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a list, or would: `is_taken` says which. `problems` and `remarks` are as the
    services give them, each with its `code` and `values`.
    """

    rows: int
    created: int
    changed: int
    unchanged: int
    bad: int
    is_taken: bool
    problems: Sequence[Mapping[str, Any]]
    unlisted: int
    ignored: Sequence[str]
    remarks: Sequence[Mapping[str, Any]]
    contacts: Mapping[str, Any] | None = None
    """What the second service made of it: of a list of people, how they are reached."""

    @property
    def has_something(self) -> bool:
        """Whether there is anything to take."""
        own = self.created + self.changed
        if self.contacts is None:
            return own > 0
        return own + int(self.contacts["created"]) + int(self.contacts["changed"]) > 0


def outcome_of(answers: Sequence[Mapping[str, Any]]) -> Outcome:
    """Return what the services together made of a list: the rows are those of the first, problems
    are each named once, and a column that one of them reads is not ignored.
    """
    first, *others = answers
    problems: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for answer in answers:
        for each in answer["problems"]:
            problems.setdefault((each["row"], each["column"], each["why"]), each)
    ignored = [
        column
        for column in first["ignored"]
        if all(column in answer["ignored"] for answer in others)
    ]
    remarks = {each["text"]: each for answer in answers for each in answer["remarks"]}
    return Outcome(
        rows=first["rows"],
        created=first["created"],
        changed=first["changed"],
        unchanged=first["unchanged"],
        bad=max(len({each["row"] for each in problems.values()}), *(a["bad"] for a in answers)),
        is_taken=all(answer["taken"] for answer in answers),
        problems=sorted(problems.values(), key=lambda each: each["row"]),
        unlisted=max(answer["unlisted"] for answer in answers),
        ignored=ignored,
        remarks=list(remarks.values()),
        contacts=others[0] if others else None,
    )


def read_mapping(text: str) -> list[str]:
    """Return lines such as `room=门牌` as the services are asked; blank lines say nothing."""
    lines = (line.strip().replace("＝", "=") for line in text.splitlines())
    return [line for line in lines if line]
