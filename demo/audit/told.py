"""What residents were told of their tickets, held against what technicians' own clients did.

In their language, by the name of a technician who had the job, never of a visit that was given back
before they were told of that, and all that had to be said.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from demo.audit.ledger import Finding, Ledger, Message
from demo.audit.lives import Life
from demo.audit.lost import SAID

ABOUT_A_VISIT = frozenset({"ticket.assigned", "technician.travelling", "technician.arrived"})
NAMES_A_TECHNICIAN = ABOUT_A_VISIT | {"ticket.unassigned", "technician.rescheduled"}
LOST_VISIT = "ticket.unassigned"
CLOCKS_DIFFER_S = 0.5
"""A client's log and a service's row are read from two clocks."""


@dataclass(frozen=True, kw_only=True)
class People:
    """Who took part, by id: residents' languages and e-mail addresses, technicians' names."""

    languages: Mapping[str, str]
    names: Mapping[str, str]
    addresses: Mapping[str, str]


def mistold(ledger: Ledger, lives: Mapping[str, Life], people: People) -> Iterator[Finding]:
    """Yield what residents were told that is not so, and what they had to be told and were not."""
    told: dict[str, list[Message]] = defaultdict(list)
    for message in ledger.messages:
        if message.ticket is not None and message.recipient in people.languages:
            told[message.ticket].append(message)
    for ticket, life in lives.items():
        messages = sorted(told[ticket], key=lambda message: (message.at, message.id))
        about = life.opened.reference
        yield from _in_another_language(about, messages, people)
        yield from _of_another_technician(about, messages, life, people)
        yield from _of_a_visit_given_back(about, messages)
        theirs = [each for each in messages if each.recipient == life.opened.by]
        yield from _untold(about, theirs, life, people)


def _in_another_language(
    about: str, messages: Iterable[Message], people: People
) -> Iterator[Finding]:
    for message in messages:
        if message.language != (wanted := people.languages[message.recipient]):
            what = f"{message.kind} to {message.recipient} is in {message.language}, not {wanted}"
            yield Finding(about=about, what=what)


def _of_another_technician(
    about: str, messages: Iterable[Message], life: Life, people: People
) -> Iterator[Finding]:
    """Yield visits told under the name of a technician who had not taken the job by then."""
    for message in messages:
        if message.kind not in NAMES_A_TECHNICIAN or message.state != SAID:
            continue
        had = _names(
            (
                each.technician
                for each in life.taken
                if each.at.earliest <= message.at + CLOCKS_DIFFER_S
            ),
            people,
        ) | _names(life.said_yes, people)
        if message.technician not in had:
            what = f"{message.kind} to {message.recipient} names {message.technician or 'no one'}"
            yield Finding(about=about, what=f"{what}; {_listed(had)} had the job")


def _of_a_visit_given_back(about: str, messages: Sequence[Message]) -> Iterator[Finding]:
    """Yield visits told of after the same person was told that the technician does not come."""
    lost: dict[tuple[str, str], float] = {}
    for message in messages:
        whose = message.recipient, message.technician
        if message.state != SAID:
            continue
        if message.kind == LOST_VISIT:
            lost[whose] = max(lost.get(whose, 0.0), message.since)
        elif message.kind in ABOUT_A_VISIT and message.since < lost.get(whose, 0.0):
            what = f"{message.kind} by {message.technician} to {message.recipient}"
            yield Finding(about=about, what=f"{what} came after it was given back")


def _untold(
    about: str, messages: Sequence[Message], life: Life, people: People
) -> Iterator[Finding]:
    """Yield what the reporter had to be told and has no message of, stale or not."""
    kinds = Counter(message.kind for message in messages)
    wanted = Counter({"ticket.received": 1})
    if life.cancelled is None:
        wanted["ticket.resolved"] = len(life.completed)
    elif life.merged:
        wanted["ticket.merged"] = 1
    elif life.cancelled_by != life.opened.by:
        wanted["ticket.cancelled"] = 1
    for kind, times in (wanted - kinds).items():
        yield Finding(about=about, what=f"{life.opened.by} was not told {times} × {kind}")
    for kind, deeds in (("technician.travelling", life.set_out), (LOST_VISIT, life.given_back)):
        named = {message.technician for message in messages if message.kind == kind}
        for name in _names((each.technician for each in deeds), people) - named:
            yield Finding(about=about, what=f"{life.opened.by} was not told {kind} by {name}")


def _names(technicians: Iterable[str], people: People) -> set[str]:
    return {people.names.get(each, each) for each in technicians}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "no technician"
