"""The audit of a day: what the demo's audit judges, and what people's own clients say beside."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from demo.audit.client_log import ClientLog, Mail
from demo.audit.doubled import doubled
from demo.audit.examine import read_at_rest
from demo.audit.figures import Figures, figures
from demo.audit.ledger import Finding, Ledger
from demo.audit.legal import illegal
from demo.audit.lives import ended_at, lives_of
from demo.audit.lost import lost
from demo.audit.mailed import mismailed, unmailed
from demo.audit.promises import (
    Terms,
    Verdict,
    disagreements,
    unannounced,
    uncounted,
    verdicts,
)
from demo.audit.streams import Stored, out_of_outboxes, out_of_streams, read_streams
from demo.audit.told import People, mistold
from demo.audit.unheard import unheard

EVERY_SITE = "*"
"""The site of facts that are of no single one."""


@dataclass(frozen=True, kw_only=True)
class Audited:
    """What became of a day: figures, promises, findings by kind, and the evidence."""

    figures: Figures
    verdicts: Sequence[Verdict]
    findings: Mapping[str, Sequence[Finding]]
    uncounted: Sequence[Finding]
    """Promises whose pause stopped no clock: it was over before tickets heard of it."""
    ledger: Ledger
    stored_twice: int
    """Facts that stand in a stream more than once, which does no harm."""


async def audit_day(
    urls: Mapping[str, str],
    site_ids: Sequence[str],
    log: ClientLog,
    *,
    terms: Mapping[str, Terms],
    people: People,
    clients: Collection[str],
    broker_url: str,
    read_mails: Callable[[], Sequence[Mail]],
    played_min: Callable[[float], float],
    timeout_s: float,
) -> Audited:
    """Wait at most `timeout_s` for facts and deliveries to come to rest, then judge what is there.

    `urls` are the databases by service, `terms` what was promised by site, `clients` the people
    whose clients' log this is, `broker_url` the operator's address of the broker. `read_mails`
    returns what came by e-mail.
    """
    of_sites = [*site_ids, EVERY_SITE]
    ledger, waiting = await read_at_rest(urls, of_sites, timeout_s=timeout_s)
    streams = await read_streams(broker_url)
    log.mails.extend(read_mails())
    return judge(
        ledger,
        log,
        streams=streams,
        terms=terms,
        people=people,
        clients=clients,
        played_min=played_min,
        waiting=waiting,
    )


def judge(
    ledger: Ledger,
    log: ClientLog,
    *,
    streams: Mapping[str, Stored],
    terms: Mapping[str, Terms],
    people: People,
    clients: Collection[str],
    played_min: Callable[[float], float],
    waiting: str | None,
) -> Audited:
    """Return the judgement on the evidence; `waiting` says what had not come to rest."""
    lives = lives_of(log)
    over_at = {ticket: ended_at(life) for ticket, life in lives.items()}
    taken = {ticket for ticket, life in lives.items() if life.taken or life.said_yes}
    found = list(verdicts(lives.values(), terms))
    not_at_rest = [] if waiting is None else [Finding(about="the end of the day", what=waiting)]
    return Audited(
        figures=figures(ledger, log, played_min=played_min),
        verdicts=found,
        findings={
            "lost": _named(
                log,
                [
                    *lost(ledger, log),
                    *out_of_streams(ledger, streams),
                    *unmailed(ledger, log.mails),
                    *not_at_rest,
                ],
            ),
            "doubled": _named(log, doubled(ledger, log)),
            "illegal": _named(
                log,
                [
                    *illegal(ledger),
                    *disagreements(ledger, found),
                    *out_of_outboxes(ledger, streams),
                ],
            ),
            "unheard": _named(
                log,
                [
                    *unheard(ledger, log, clients=clients, over_at=over_at, taken=taken),
                    *unannounced(ledger, found),
                    *mistold(ledger, lives, people),
                    *mismailed(
                        ledger,
                        log.mails,
                        addresses=people.addresses,
                        languages=people.languages,
                    ),
                ],
            ),
        },
        uncounted=_named(log, uncounted(ledger, found)),
        ledger=ledger,
        stored_twice=sum(stored.times > 1 for stored in streams.values()),
    )


def _named(log: ClientLog, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings about tickets under their references, which people can look up."""
    references = {opened.ticket_id: opened.reference for opened in log.opened}
    return [
        Finding(about=references.get(each.about, each.about), what=each.what) for each in findings
    ]
