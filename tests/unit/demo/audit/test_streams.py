from dataclasses import replace

from demo.audit.ledger import TICKET, Ledger
from demo.audit.streams import Stored, out_of_outboxes, out_of_streams
from tests.unit.demo.audit.evidence import T, good_ledger


def stored(ledger: Ledger) -> dict[str, Stored]:
    return {
        fact.fact_id: Stored(type=f"{fact.entity}.{fact.name}.v1", subject=fact.subject, times=1)
        for fact in ledger.facts
    }


def test_facts_that_stand_in_their_stream_are_no_finding() -> None:
    ledger = good_ledger()

    assert list(out_of_streams(ledger, stored(ledger))) == []
    assert list(out_of_outboxes(ledger, stored(ledger))) == []


def test_a_fact_that_the_stream_forgot_is_lost_only_where_it_did_not_arrive() -> None:
    ledger, streams = good_ledger(), stored(good_ledger())
    del streams[f"{TICKET}-4"]
    behind = dict(ledger.known_versions) | {"sla": {TICKET: {T: 3}}}

    arrived = list(out_of_streams(ledger, streams))
    lost = list(out_of_streams(replace(ledger, known_versions=behind), streams))

    assert arrived == []
    assert [str(each) for each in lost] == [
        f"{T}: tickets.ticket version 4 is in no stream, nor at sla"
    ]


def test_a_fact_that_no_service_has_committed_is_named() -> None:
    ledger = good_ledger()
    foreign = Stored(type="tickets.ticket.opened.v1", subject="t-9", times=1)

    [found] = out_of_outboxes(ledger, stored(ledger) | {"f-9": foreign})

    assert str(found) == "t-9: tickets.ticket.opened.v1 f-9 is in a stream and in no outbox"
