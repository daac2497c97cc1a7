"""One tree's portal with those who use it."""

import re
import urllib.request
from collections.abc import Sequence
from typing import Any

from fettle.home import PORTAL
from tests.bench.instances import Instance
from tests.bench.pages.company import Company, offers_to, report
from tests.bench.pages.figures import Figures
from tests.bench.pages.outbox import JOBS, VERBS, items_of
from tests.bench.pages.people import OUTBOX_SITE, OUTBOX_TECHNICIAN, SITES, Reader, readers
from tests.bench.pages.rota import looks_of
from tests.bench.processes import Worker, cpu_s
from tests.bench.reports import SKILLS

EVERY_S = 2.0
"""How often a reader opens a page."""
_WARM_EVERY_S, _WARM_PAGES = 1.0, 4
_CHANGE_EVERY_S = 0.4
_KINDS = ("ticket", "queue", "offer")
"""News that is timed: of a ticket to its resident, of a queue to the desk, of an offer to its
technician.
"""
_OTHER_SITE = 2
"""How far the site of a ticket is from that of the word before it: a queue tells its news once a
second at most.
"""
_CALL = re.compile(r'^fettle_portal_calls_total\{[^}]*outcome="(\w+)"[^}]*\} (\S+)$', re.MULTILINE)
_ANSWERED = ("answered", "refused")


class Side:
    """An instance with its company and its readers."""

    def __init__(
        self, instance: Instance, company: Company, browsers: Worker, figures: Figures
    ) -> None:
        self.instance, self.figures = instance, figures
        self.name = instance.tree.name
        self._company, self._browsers = company, browsers
        self._port = instance.ports[PORTAL]
        self._first, self._flats = 0, 0
        self._readers = [
            {
                "cookie": company.cookies[each.person_id],
                "looks": looks_of(each, company.about[each.person_id]),
            }
            for each in readers()
        ]

    def warm_up(self) -> None:
        """Open every page, uncounted: caches fill, connections are made."""
        self._read(_WARM_PAGES, every_s=_WARM_EVERY_S)

    def read(self, seconds: float) -> None:
        """Have all readers read for so long."""
        calls, cpu = self._calls(), self._cpu_s()
        outcome = self._read(round(seconds / EVERY_S), every_s=EVERY_S)
        figures = self.figures
        for name, used in self._cpu_s().items():
            figures.cpu_s[name] += used - cpu[name]
        now = self._calls()
        figures.calls += sum(now) - sum(calls)
        figures.unanswered += now[1] - calls[1]
        for page, took in outcome["took_ms"].items():
            figures.took_ms[page] += took
        figures.bytes |= outcome["bytes"]
        figures.late_ms = max(figures.late_ms, outcome["late_ms"])
        self.figures.note_failures(outcome["failures"], outcome["failed"])

    def replay(self) -> float:
        """Send what a phone kept of four jobs; return how long it took, in seconds."""
        for number in range(JOBS):
            body = report(
                OUTBOX_SITE, "resident-outbox", SKILLS[number % len(SKILLS)], unit=self._next_unit()
            )
            self.instance.send("POST", "tickets", "/v1/tickets", body)
        offers = offers_to(self.instance, OUTBOX_TECHNICIAN, JOBS)
        outcome = self._browsers.ask(
            {
                "what": "replay",
                "port": self._port,
                "cookie": self._company.cookies[OUTBOX_TECHNICIAN.person_id],
                "items": list(items_of(offers)),
            }
        )
        self.figures.outbox_s.append(outcome["seconds"])
        self.figures.note_failures(outcome["failures"], VERBS - outcome["sent"])
        return float(outcome["seconds"])

    def listen(self, changes: int) -> None:
        """Time the news of so many changes."""
        people = [each for each in readers() if each.role != "manager"]
        outcome = self._browsers.ask(
            {
                "what": "listen",
                "port": self._port,
                "tickets_port": self.instance.ports["tickets"],
                "every_s": _CHANGE_EVERY_S,
                "streams": [
                    {
                        "cookie": self._company.cookies[each.person_id],
                        "topics": self._topics_of(each),
                    }
                    for each in people
                ],
                "changes": [self._change(people, number) for number in range(changes)],
            }
        )
        self.figures.screen_ms = {kind: outcome["took_ms"].get(kind, []) for kind in _KINDS}
        self.figures.lost = outcome["lost"]
        self.figures.note_failures(outcome["failures"], len(outcome["failures"]))

    def _topics_of(self, reader: Reader) -> list[str]:
        """Return what a reader's page listens to, as the portal's pages do."""
        match reader.role:
            case "resident":
                return [f"ticket:{self._company.about[reader.person_id][0]}"]
            case "technician":
                return ["inbox"]
            case _:
                return [f"queue:{site}" for site in SITES]

    def _change(self, people: Sequence[Reader], number: int) -> dict[str, Any]:
        """Return a change and who hears of it: by turns a word to a resident, and a ticket at a
        site, of which the desk hears, and its technician where there is one.
        """
        residents = [n for n, each in enumerate(people) if each.role == "resident"]
        turn, is_ticket = divmod(number, 2)
        listener = residents[turn % len(residents)]
        if not is_ticket:
            ticket = self._company.about[people[listener].person_id][0]
            return {
                "path": f"/v1/tickets/{ticket}/comments",
                "body": {"text": f"我们下午过来（{turn}）。", "public": True},
                "token": self.instance.token("dispatcher", "dispatcher-bench"),
                "heard_by": {"ticket": [listener]},
            }
        near = SITES.index(people[listener].sites[0])
        site = SITES[(near + _OTHER_SITE) % len(SITES)]
        return {
            "path": "/v1/tickets",
            "body": report(site, "resident-news", "plumbing", unit=self._next_unit()),
            "token": self.instance.token("dispatcher", "dispatcher-bench"),
            "heard_by": {
                "queue": [n for n, each in enumerate(people) if each.role == "dispatcher"],
                "offer": [
                    n
                    for n, each in enumerate(people)
                    if each.role == "technician" and each.sites == (site,)
                ],
            },
        }

    def _read(self, pages: int, *, every_s: float) -> dict[str, Any]:
        order = {
            "what": "read",
            "port": self._port,
            "readers": self._readers,
            "every_s": every_s,
            "pages": pages,
            "first": self._first,
        }
        self._first += pages
        return self._browsers.ask(order)

    def _next_unit(self) -> str:
        """Return a flat that no other report of the bench is about."""
        number, self._flats = self._flats, self._flats + 1
        return f"{number // 300 % 19 + 2}-{number % 30 + 1}{number // 30 % 10 + 1:02}"

    def _calls(self) -> tuple[int, int]:
        """Return how many calls of services were answered so far, and how many were not."""
        url = f"{self.instance.state['urls'][PORTAL]}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = _CALL.findall(answer.read().decode())
        answered = sum(int(float(count)) for outcome, count in found if outcome in _ANSWERED)
        return answered, sum(int(float(count)) for _, count in found) - answered

    def _cpu_s(self) -> dict[str, float]:
        return {**self.instance.cpu_of_all_s(), "loader": cpu_s([self._browsers.pid])}
