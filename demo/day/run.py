"""One day from setting up its sites to the audit."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from demo.api_client import ApiClient, open_api
from demo.audit.client_log import ClientLog
from demo.audit.hours import Hours
from demo.audit.promises import Terms
from demo.audit.told import People
from demo.audit.whole_day import Audited, audit_day
from demo.crew import Crew
from demo.day.absences import DayManners, absences
from demo.day.clients import Clients, Desks
from demo.day.deeds import SHARES
from demo.day.doing import Doers
from demo.day.errands import Errands
from demo.day.faults import BROKER, Fault, Faults
from demo.day.mails import addresses, read_mails
from demo.day.plan import BROKER_DIES_AT_MIN, SERVICE_DIES_AT_MIN, Day
from demo.day.pool import Pool
from demo.day.setup import SetUp, with_apps
from demo.day.sites import break_of, hours_of, terms_of
from demo.live_state import LiveState
from demo.residents import Residents
from demo.run import first_of, until_all_ended
from demo.setup import Bearer, bearer_of
from fettle.issuer import Issuer
from fettle.technician.webhook_server import serve_webhooks
from fettle.up.instance import Instance

SETUP_S = 15.0
"""So long setting up takes, about: noon breaks are set before the day begins."""
AUDIT_TIMEOUT_S = 90.0
"""So long the audit waits for facts, webhooks and gathered messages that are under way."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """A day that is over: what people saw, what broke, what was promised, and the judgement.

    `began` and `ended` bound the time in which tickets were opened, in seconds since the epoch.
    """

    day: Day
    log: ClientLog
    faults: Sequence[Fault]
    audited: Audited
    refused: int
    offers: Mapping[str, int]
    missing_photos: Sequence[str]
    began: float
    ended: float


async def play_day(day: Day, instance: Instance, state: LiveState, log: ClientLog) -> Played:
    """Play the day at an instance, keeping `state` and `log` up to date, and audit it.

    Raises SetupFailed and Unreachable.
    """
    try:
        return await _play(day, instance, state, log)
    except ExceptionGroup as failed:
        raise first_of(failed) from failed


async def _play(day: Day, instance: Instance, state: LiveState, log: ClientLog) -> Played:
    urls = {service: instance.url(service) for service in instance.ports}
    break_at = break_of(datetime.now(UTC) + timedelta(seconds=SETUP_S), length_s=day.length_s)
    hours = {site.id: hours_of(site, break_at=break_at) for site in day.sites}
    terms = {site.id: terms_of(hours[site.id], day.pace) for site in day.sites}
    tokens = _Tokens(day, instance.issuer)
    errands, faults = Errands(), Faults(instance, state)
    async with open_api(urls, log.calls.append) as api:
        people = _People(day, api, state, log, tokens, errands)
        async with serve_webhooks(people.clients.receive) as server:
            await _set_up(day, api, state, tokens, server.url, server.add_secrets, hours, terms)
            state.phase = "playing"
            began = time.time()
            async with errands, asyncio.TaskGroup() as background:
                working = background.create_task(people.crew.work())
                broken = [
                    background.create_task(_later(day, at, partial(faults.kill, what)))
                    for at, what in _faults_of(day)
                ]
                for absence in absences(day.technicians, seed=day.seed):
                    be_away = partial(people.manners.be_away, absence, office=tokens.admin)
                    background.create_task(_later(day, absence.at, be_away))
                await people.report_all()
                ended = time.time()
                state.phase = "finishing"
                await asyncio.gather(*broken)
                # What residents still have in mind may open a ticket again.
                await errands.until_over(partial(until_all_ended, api, tokens.admin, state))
                working.cancel()
            # Webhooks are still taken: the audit waits until none is under way.
            state.phase = "auditing"
            audited = await audit_day(
                instance.database_urls,
                [site.id for site in day.sites],
                log,
                terms=terms,
                people=_who(day),
                clients=tokens.clients,
                broker_url=instance.nats_url,
                read_mails=partial(read_mails, instance.home / "mail"),
                played_min=day.pace.played_min,
                timeout_s=AUDIT_TIMEOUT_S,
            )
            missing = await people.missing_photos()
    return Played(
        day=day,
        log=log,
        faults=sorted(faults.happened, key=lambda fault: fault.began),
        audited=audited,
        refused=state.refused,
        offers=state.offers,
        missing_photos=missing,
        began=began,
        ended=ended,
    )


async def _set_up(
    day: Day,
    api: ApiClient,
    state: LiveState,
    tokens: "_Tokens",
    url_of: Callable[[str], str],
    add_secrets: Callable[[Mapping[str, str]], None],
    hours: Mapping[str, Hours],
    terms: Mapping[str, Terms],
) -> None:
    state.phase = "setting up"
    setting_up = SetUp(api, day, admin=tokens.admin, auth_of=tokens.of_resident, url_of=url_of)
    await setting_up.do(hours, terms)
    add_secrets(setting_up.secrets)


def _faults_of(day: Day) -> list[tuple[float, str]]:
    return [(SERVICE_DIES_AT_MIN, day.service_to_die), (BROKER_DIES_AT_MIN, BROKER)]


async def _later(day: Day, minute: float, do: Callable[[], object]) -> None:
    """Do it at a minute of the played day."""
    await asyncio.sleep(day.real_s(minute))
    await do()  # type: ignore[misc]


def _who(day: Day) -> People:
    return People(
        languages={report.request.reporter_id: report.request.language for report in day.reports},
        names={technician.id: technician.name for technician in day.technicians},
        addresses=addresses(day),
    )


class _Tokens:
    """What goes into Authorization for everyone, made by the instance's own issuer."""

    def __init__(self, day: Day, issuer: Issuer) -> None:
        self._issuer = issuer
        self.admin = f"Bearer {issuer.token('day-admin', [('admin', '*')])}"
        self.bearers: dict[str, Bearer] = {
            site.id: bearer_of(issuer, site.id) for site in day.sites
        }
        self._home = {report.request.reporter_id: report.site.id for report in day.reports}
        self.of_technicians = {
            technician.id: self._of_technician(day, area, technician.id)
            for area, crew in day.crews.items()
            for technician in crew
        }
        self.clients = frozenset(
            [*self.of_technicians, *(site.desk for site in day.sites), *with_apps(day)]
        )
        """All who have an endpoint."""

    def of_resident(self, resident: str) -> str:
        return self.bearers[self._home[resident]]("resident", resident)

    def _of_technician(self, day: Day, area: int, technician_id: str) -> str:
        roles = [("technician", site.id) for site in day.sites if site.area == area]
        return f"Bearer {self._issuer.token(technician_id, roles)}"


class _People:
    """Everyone who acts in the day."""

    def __init__(
        self,
        day: Day,
        api: ApiClient,
        state: LiveState,
        log: ClientLog,
        tokens: _Tokens,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._day, self._api, self._tokens = day, api, tokens
        pace, seed = day.pace, day.seed
        self._doers = Doers(api=api, state=state, log=log, pace=pace, seed=seed, tasks=tasks)
        tickets = self._doers.tickets
        self.manners = DayManners(api=api, state=state, pace=pace, seed=seed, tickets=tickets)
        self.crew = Crew(
            day.technicians,
            api=api,
            state=state,
            log=log,
            pace=pace,
            seed=seed,
            on_completed=self._completed,
            manners=self.manners,
        )
        pool = Pool(
            api=api,
            state=state,
            pace=pace,
            seed=seed,
            auth_of=tokens.of_technicians,
            room_of=self.crew.room_of,
            is_here=self.manners.is_here,
            tasks=tasks,
        )
        desks = Desks(
            api=api,
            state=state,
            pace=pace,
            seed=seed,
            bearers=tokens.bearers,
            tickets=tickets,
            tasks=tasks,
        )
        self.clients = Clients(
            crew=self.crew,
            pool=pool,
            manners=self.manners,
            desks=desks,
            technicians=tokens.of_technicians,
            desk_ids=[site.desk for site in day.sites],
            log=log,
        )
        self._residents = {
            site.id: Residents(
                api=api,
                state=state,
                log=log,
                site_id=site.id,
                pace=pace,
                seed=seed,
                imported=False,
                bearer=tokens.bearers[site.id],
                max_unfinished=len(day.reports),
                tasks=tasks,
                shares=SHARES,
                on_opened=self._doers.opened,
                on_resolved=self._doers.resolved,
            )
            for site in day.sites
        }

    async def report_all(self) -> None:
        """Open every ticket at its time."""
        async with asyncio.TaskGroup() as reporting:
            for site in self._day.sites:
                reports = self._day.reports_at(site)
                reporting.create_task(
                    self._residents[site.id].report_all(
                        [report.request for report in reports],
                        [self._day.real_s(report.minute) for report in reports],
                    )
                )

    async def missing_photos(self) -> list[str]:
        """Return the photos that were taken in and are not there any more, with their tickets."""
        taken_in = {**self._doers.photos, **self.manners.photos}
        missing = []
        for photo_id, ticket in taken_in.items():
            path = f"/v1/attachments/{photo_id}"
            answer = await self._api.get("tickets", path, {}, auth=ticket.auth)
            if not answer.good:
                missing.append(f"{ticket.reference}: photo {photo_id}: {answer.why}")
        return missing

    def _completed(self, reference: str) -> None:
        ticket = self._doers.tickets.get(reference)
        if ticket is not None:
            self._residents[ticket.site_id].job_completed(reference)
